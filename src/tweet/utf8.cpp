#include "tweet/utf8.h"

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

bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char byte : text) bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(byte));
  return bits < 0x80;
}

int count_code_points(std::string_view text) {
  if (is_ascii(text)) return static_cast<int>(text.size());
  int count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_code_point(text, at);
  return count;
}

}  // namespace tweetpulse
