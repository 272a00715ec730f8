#include "driver/postgres_values.h"

#include <libpq-fe.h>

#include <bit>
#include <cstring>

namespace tweetpulse::postgres {
namespace {

constexpr unsigned kBool = 16, kInt8 = 20, kText = 25, kFloat8 = 701, kTimestamptz = 1184, kTextArray = 1009,
                   kInt8Array = 1016;
constexpr std::int64_t kEpochMs = 946'684'800'000;  // 2000-01-01: PostgreSQL counts from there
// 4713-11-24 BC and 294276-12-31, a day inside of what the type ends at.
constexpr std::int64_t kEarliestMs = -210'866'716'800'000, kLatestMs = 9'224'318'015'900'000;

std::uint64_t read_number(const char* bytes, int size) {
  std::uint64_t number = 0;
  for (int i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

// Length of the code point that starts with these bytes; 0: none does. Surrogates and overlong forms are none.
std::size_t code_point_length(const unsigned char* bytes, std::size_t left) {
  const unsigned char lead = bytes[0];
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : (lead & 0xF0U) == 0xE0      ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || length > left) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((bytes[i] & 0xC0U) != 0x80) return 0;
  const unsigned char next = bytes[1];
  const bool wrong = (lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) || (lead == 0xF0 && next < 0x90) ||
                     (lead == 0xF4 && next > 0x8F);
  return wrong ? 0 : length;
}

}  // namespace

void Parameters::clear() {
  values_.clear();
  bytes_.clear();
}

void Parameters::put32(std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(number >> shift & 0xFFU);
}

void Parameters::put64(std::uint64_t number) {
  put32(static_cast<std::uint32_t>(number >> 32));
  put32(static_cast<std::uint32_t>(number));
}

void Parameters::add_bytes(unsigned type, std::size_t begin) {
  values_.push_back({nullptr, begin, static_cast<int>(bytes_.size() - begin), type});
}

void Parameters::add(std::string_view text) {
  // An empty view may hold a null pointer, which would read as SQL's NULL.
  values_.push_back({text.empty() ? "" : text.data(), 0, static_cast<int>(text.size()), kText});
}

void Parameters::add(bool flag) {
  const auto begin = bytes_.size();
  bytes_ += static_cast<char>(flag);
  add_bytes(kBool, begin);
}

void Parameters::add_integer(std::int64_t number) {
  const auto begin = bytes_.size();
  put64(static_cast<std::uint64_t>(number));
  add_bytes(kInt8, begin);
}

void Parameters::add(double number) {
  const auto begin = bytes_.size();
  put64(std::bit_cast<std::uint64_t>(number));
  add_bytes(kFloat8, begin);
}

void Parameters::add(Time time) {
  const auto begin = bytes_.size();
  // Times outside come from open ranges of questions: the ends stand for them.
  const std::int64_t ms = std::min(std::max(to_ms(time), kEarliestMs), kLatestMs);
  put64(static_cast<std::uint64_t>((ms - kEpochMs) * 1000));
  add_bytes(kTimestamptz, begin);
}

void Parameters::add(std::span<const std::string_view> texts) {
  const auto begin = bytes_.size();
  put32(texts.empty() ? 0 : 1);
  put32(0);
  put32(kText);
  if (!texts.empty()) {
    put32(static_cast<std::uint32_t>(texts.size()));
    put32(1);
  }
  for (const auto text : texts) {
    put32(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
  }
  add_bytes(kTextArray, begin);
}

void Parameters::add(const std::vector<std::string>& texts) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  add(std::span(views));
}

void Parameters::add(std::span<const std::int64_t> numbers) {
  const auto begin = bytes_.size();
  put32(numbers.empty() ? 0 : 1);
  put32(0);
  put32(kInt8);
  if (!numbers.empty()) {
    put32(static_cast<std::uint32_t>(numbers.size()));
    put32(1);
  }
  for (const auto number : numbers) {
    put32(8);
    put64(static_cast<std::uint64_t>(number));
  }
  add_bytes(kInt8Array, begin);
}

bool Row::is_null(int column) const {
  return PQgetisnull(result_, row_, column) != 0;
}

std::string_view Row::text(int column) const {
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::int64_t Row::integer(int column) const {
  const auto bytes = text(column);
  const auto number = read_number(bytes.data(), static_cast<int>(bytes.size()));
  if (bytes.size() == 4) return static_cast<std::int32_t>(number);
  if (bytes.size() == 2) return static_cast<std::int16_t>(number);
  return static_cast<std::int64_t>(number);
}

double Row::real(int column) const {
  return is_null(column) ? 0 : std::bit_cast<double>(read_number(text(column).data(), 8));
}

bool Row::flag(int column) const {
  const auto bytes = text(column);
  return !bytes.empty() && bytes.front() != 0;
}

Time Row::time(int column) const {
  if (is_null(column)) return {};
  const auto micros = static_cast<std::int64_t>(read_number(text(column).data(), 8));
  return std::chrono::floor<std::chrono::milliseconds>(
             std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(micros))) +
         std::chrono::milliseconds(kEpochMs);
}

std::optional<std::string> Row::text_or_null(int column) const {
  if (is_null(column)) return std::nullopt;
  return std::string(text(column));
}

std::optional<std::int64_t> Row::integer_or_null(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<Time> Row::time_or_null(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

bool fits(Time time) {
  return to_ms(time) >= kEarliestMs && to_ms(time) <= kLatestMs;
}

bool fits(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t at = 0;
  while (at < text.size()) {
    // Eight ASCII bytes at once, none of them NUL.
    std::uint64_t word = 0;
    if (at + 8 <= text.size()) {
      std::memcpy(&word, bytes + at, 8);
      constexpr std::uint64_t kHigh = 0x8080808080808080ULL, kOnes = 0x0101010101010101ULL;
      if ((word & kHigh) == 0 && ((word - kOnes) & kHigh) == 0) {
        at += 8;
        continue;
      }
    }
    const auto length = code_point_length(bytes + at, text.size() - at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace tweetpulse::postgres
