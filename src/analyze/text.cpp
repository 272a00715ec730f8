#include "analyze/text.h"

#include <unicode/uchar.h>

namespace tweetpulse {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool continues(std::string_view utf8, std::size_t at) {
  return at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0) == 0x80;
}

char32_t tail_bits(std::string_view utf8, std::size_t at) {
  return static_cast<unsigned char>(utf8[at]) & 0x3Fu;
}

}  // namespace

char32_t next_code_point(std::string_view utf8, std::size_t& at) {
  const std::size_t first = at++;
  const char32_t lead = static_cast<unsigned char>(utf8[first]);
  if (lead < 0x80) return lead;
  const std::size_t tails = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4) return kReplacement;
  char32_t code = lead & (0x3Fu >> tails);
  for (std::size_t i = 1; i <= tails; ++i) {
    if (!continues(utf8, first + i)) return kReplacement;
    code = code << 6 | tail_bits(utf8, first + i);
  }
  constexpr char32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[tails] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return kReplacement;
  at = first + tails + 1;
  return code;
}

void append_utf8(std::string& out, char32_t code) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

char32_t lower_case(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  return static_cast<char32_t>(u_tolower(static_cast<UChar32>(code)));
}

void Text::read(std::string_view utf8) {
  bytes_ = utf8;
  codes_.resize(utf8.size());
  kinds_.resize(utf8.size());
  bytes_at_.resize(utf8.size() + 1);
  seen_ = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < utf8.size(); ++count) {
    bytes_at_[count] = static_cast<std::uint32_t>(at);
    const char32_t code = next_code_point(utf8, at);
    codes_[count] = code;
    seen_ |= kinds_[count] = characters::record_of(code).kinds;
  }
  bytes_at_[count] = static_cast<std::uint32_t>(utf8.size());
  ascii_ = count == utf8.size();
  codes_.resize(count);
  kinds_.resize(count);
  bytes_at_.resize(count + 1);
}

}  // namespace tweetpulse
