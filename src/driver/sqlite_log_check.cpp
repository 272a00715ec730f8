#include "driver/sqlite_log_check.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <string>

namespace tweetpulse::sqlite {
namespace {

// Section 4 of SQLite's file format: eight numbers, big-endian, the last two a checksum of the others.
using Header = std::array<unsigned char, 32>;
constexpr std::uint32_t kMagic = 0x377f0682;

std::uint32_t big_endian(const Header& header, std::size_t word) {
  const auto* bytes = header.data() + 4 * word;
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::uint32_t swapped(std::uint32_t value) {
  return __builtin_bswap32(value);
}

bool sound(const Header& header) {
  const std::uint32_t magic = big_endian(header, 0);
  if ((magic & ~1U) != kMagic) return false;
  // The lowest bit of the magic says in which order the checksum read its words.
  const bool big = (magic & 1U) != 0;
  std::uint32_t first = 0, second = 0;
  for (std::size_t word = 0; word < 6; word += 2) {
    const std::uint32_t a = big_endian(header, word), b = big_endian(header, word + 1);
    first += (big ? a : swapped(a)) + second;
    second += (big ? b : swapped(b)) + first;
  }
  return first == big_endian(header, 6) && second == big_endian(header, 7);
}

}  // namespace

Result<> check_log(const std::filesystem::path& file) {
  const std::filesystem::path log = file.string() + "-wal";
  std::error_code absent;
  const auto size = std::filesystem::file_size(log, absent);
  if (absent || size <= sizeof(Header)) return {};
  if (!std::filesystem::exists(file, absent)) {
    return Error{ErrorCode::corrupt, "Opening " + file.string() + ": the file is missing but its log " + log.string() +
                                         " is there; put the file back, or move the log aside to start anew"};
  }
  Header header{};
  std::ifstream stream(log, std::ios::binary);
  stream.read(reinterpret_cast<char*>(header.data()), header.size());
  // A power failure may leave a log of zeros: nothing was committed in it.
  if (!stream || header == Header{} || sound(header)) return {};
  return Error{ErrorCode::corrupt, "Opening " + file.string() + ": the header of its log " + log.string() +
                                       " is damaged, so its last commits cannot be read; move both files aside and"
                                       " restore a backup"};
}

}  // namespace tweetpulse::sqlite
