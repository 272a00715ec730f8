#include "analyze/punycode.h"

#include <algorithm>
#include <limits>

namespace tweetpulse {

namespace {

constexpr std::uint32_t kBase = 36, kTMin = 1, kTMax = 26, kSkew = 38, kDamp = 700;
constexpr int kTooLong = 1 << 20;
// Longer than any label: no need to encode it to know that.
constexpr int kLongestInput = 256;

std::uint32_t adapted(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > (kBase - kTMin) * kTMax / 2; k += kBase) delta /= kBase - kTMin;
  return k + (kBase - kTMin + 1) * delta / (delta + kSkew);
}

char digit_of(std::uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

void append_variable(std::string& out, std::uint32_t value, std::uint32_t bias) {
  for (std::uint32_t k = kBase;; k += kBase) {
    const std::uint32_t threshold = k <= bias ? kTMin : k >= bias + kTMax ? kTMax : k - bias;
    if (value < threshold) break;
    out += digit_of(threshold + (value - threshold) % (kBase - threshold));
    value = (value - threshold) / (kBase - threshold);
  }
  out += digit_of(value);
}

bool is_separator(char32_t code) {
  return code == 0x3002 || code == 0xFF0E || code == 0xFF61;
}

}  // namespace

bool append_punycode(std::string& out, const std::u32string& label) {
  std::uint32_t basic = 0;
  for (const char32_t code : label) {
    if (code < 0x80) ++basic;
  }
  if (basic < label.size()) out += "xn--";
  for (const char32_t code : label) {
    if (code < 0x80) out += static_cast<char>(code);
  }
  if (basic == label.size()) return true;
  if (basic > 0) out += '-';
  std::uint32_t next = 0x80, delta = 0, bias = 72, handled = basic;
  while (handled < label.size()) {
    char32_t smallest = std::numeric_limits<char32_t>::max();
    for (const char32_t code : label) {
      if (code >= next) smallest = std::min(smallest, code);
    }
    if (smallest - next > (std::numeric_limits<std::uint32_t>::max() - delta) / (handled + 1)) return false;
    delta += (smallest - next) * (handled + 1);
    next = smallest;
    for (const char32_t code : label) {
      if (code < next) ++delta;
      if (code != next) continue;
      append_variable(out, delta, bias);
      bias = adapted(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++next;
  }
  return true;
}

int punycode_length(const Text& text, int start, int end) {
  bool ascii = true;
  for (int i = start; i < end && ascii; ++i) ascii = text[i] < 0x80;
  if (ascii) return end - start;
  if (end - start > kLongestInput) return kTooLong;
  std::string out;
  std::u32string part;
  for (int i = start; i <= end; ++i) {
    if (i < end && !is_separator(text[i])) {
      part += text[i];
      continue;
    }
    if (!append_punycode(out, part)) return kTooLong;
    if (i < end) out += '.';
    part.clear();
  }
  return static_cast<int>(out.size());
}

}  // namespace tweetpulse
