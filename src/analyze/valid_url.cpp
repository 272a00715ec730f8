#include "analyze/valid_url.h"

#include <algorithm>

namespace tweetpulse {

using namespace characters;

namespace {

bool is_hex(char32_t code) {
  return is_ascii_digit(code) || ((code | 32) >= 'a' && (code | 32) <= 'f');
}

bool is_one_of(char32_t code, std::u32string_view set) {
  return set.find(code) != std::u32string_view::npos;
}

bool is_unreserved(char32_t code) {
  return is_ascii_alnum(code) || (code >= 0x400 && code <= 0x4FF) || is_one_of(code, U"-._~");
}

// Every character of [at, end) is one of `more`, unreserved, a sub-delimiter, or "%" with two digits.
bool holds_only(const Text& text, int at, int end, std::u32string_view more) {
  for (; at < end; ++at) {
    const char32_t code = text[at];
    if (is_unreserved(code) || is_one_of(code, U"!$&'()*+,;=") || is_one_of(code, more)) continue;
    if (code != '%' || at + 2 >= end || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
    at += 2;
  }
  return true;
}

bool is_edge(char32_t code) {
  return is_ascii_alnum(code) || code >= 0x80;
}

bool is_label(const Text& text, int start, int end, bool underscores) {
  if (start == end || !is_edge(text[start]) || !is_edge(text[end - 1])) return false;
  for (int i = start; i < end; ++i) {
    if (!is_edge(text[i]) && text[i] != '-' && !(underscores && text[i] == '_')) return false;
  }
  return true;
}

// End of four numbers up to 255 at `start`, or -1. The reference takes one digit of the last number.
int end_of_ipv4(const Text& text, int start, int end) {
  int at = start;
  for (int part = 0; part < 4; ++part) {
    int value = 0, digits = 0;
    while (at < end && is_ascii_digit(text[at]) && digits < (part == 3 ? 1 : 3)) {
      value = value * 10 + static_cast<int>(text[at++] - '0');
      ++digits;
    }
    const bool leading_zero = digits > 1 && text[at - digits] == '0';
    if (digits == 0 || value > 255 || leading_zero) return -1;
    if (part < 3 && (at >= end || text[at++] != '.')) return -1;
  }
  return at;
}

bool is_domain(const Text& text, int start, int end) {
  int labels = 0, last = start;
  for (int at = start; at <= end; ++at) {
    if (at < end && text[at] != '.') continue;
    const bool is_last = at == end;
    int next = at + 1;
    while (next < end && text[next] != '.') ++next;
    const bool is_second_last = !is_last && next >= end;
    if (!is_label(text, last, at, !is_last && !is_second_last)) return false;
    if (is_last && is_ascii_digit(text[last])) return false;
    last = at + 1;
    ++labels;
  }
  return labels >= 2;
}

bool is_host(const Text& text, int start, int end) {
  const int address = end_of_ipv4(text, start, end);
  if (address >= 0) return address == end;
  if (text.code(start) == '[') {
    if (end - start < 3 || text[end - 1] != ']') return false;
    for (int i = start + 1; i < end - 1; ++i) {
      if (!is_hex(text[i]) && text[i] != ':' && text[i] != '.') return false;
    }
    return true;
  }
  return is_domain(text, start, end);
}

bool is_authority(const Text& text, int start, int end) {
  for (int at = end - 1; at >= start; --at) {
    if (text[at] != '@') continue;
    if (!holds_only(text, start, at, U":")) return false;
    start = at + 1;
    break;
  }
  int port = end;
  while (port > start && is_ascii_digit(text[port - 1])) --port;
  if (port > start && port < end && text[port - 1] == ':' && end - port <= 5) end = port - 1;
  return is_host(text, start, end);
}

int find_any(const Text& text, int at, std::u32string_view set) {
  while (at < text.size() && !is_one_of(text[at], set)) ++at;
  return at;
}

// Length of "http://" or "https://" at the start; 0: another or no protocol.
int protocol_length(const Text& text) {
  const int colon = find_any(text, 0, U":/?#");
  if (text.code(colon) != ':' || text.code(colon + 1) != '/' || text.code(colon + 2) != '/') return 0;
  constexpr char32_t kHttps[] = {'h', 't', 't', 'p', 's'};
  if (colon != 4 && colon != 5) return 0;
  for (int i = 0; i < colon; ++i) {
    if (lower_case(text[i]) != kHttps[i]) return 0;
  }
  return colon + 3;
}

}  // namespace

bool is_valid_url(const Text& text, bool protocol_needed) {
  const int start = protocol_length(text);
  if (text.size() == 0 || (protocol_needed && start == 0)) return false;
  const int path = find_any(text, start, U"/?#");
  const int query = find_any(text, path, U"?#");
  const int fragment = text.code(query) == '#' ? query : find_any(text, query, U"#");
  return is_authority(text, start, path) && holds_only(text, path, query, U":|@/") &&
         holds_only(text, std::min(query + 1, fragment), fragment, U":|@/?") &&
         holds_only(text, std::min(fragment + 1, text.size()), text.size(), U":|@/?");
}

}  // namespace tweetpulse
