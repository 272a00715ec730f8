#include "analyze/url_tail.h"

#include <algorithm>

#include "analyze/tld_table.h"

namespace tweetpulse {

using namespace characters;

namespace {

// twitter-text lets no letter, digit, @, + or - of ASCII follow a top-level domain.
bool closes_tld(const Text& text, int at, int limit) {
  if (at >= limit) return true;
  const char32_t next = text[at];
  return !is_ascii_alnum(next) && next != '@' && next != '+' && next != '-';
}

int end_of_punycode(const Text& text, int at, int limit) {
  constexpr char32_t kPrefix[] = {'x', 'n', '-', '-'};
  if (at + 4 >= limit) return -1;
  for (int i = 0; i < 4; ++i) {
    if (lower_case(text[at + i]) != kPrefix[i]) return -1;
  }
  int end = at + 4;
  while (end < limit && (is_ascii_alnum(text[end]) || text[end] == '-')) ++end;
  return end > at + 4 ? end : -1;
}

int end_of_balanced_parentheses(const Text& text, int at) {
  const auto skip = [&text](int from) {
    while (text.is(from, kPath)) ++from;
    return from;
  };
  int end = skip(at + 1);
  if (text.code(end) == ')') return end > at + 1 ? end + 1 : -1;
  if (text.code(end) != '(') return -1;
  const int inner = end + 1;
  end = skip(inner);
  if (end == inner || text.code(end) != ')') return -1;
  end = skip(end + 1);
  return text.code(end) == ')' ? end + 1 : -1;
}

int end_of_path(const Text& text, int at) {
  int end = at + 1;
  for (int next = end; next < text.size();) {
    if (text[next] == '(') {
      const int open = next;
      next = end_of_balanced_parentheses(text, open);
      if (next < 0) break;
      // Parentheses may close a path only where it could have ended before them.
      if (open == end) end = next;
    } else if (text.is(next, kPath)) {
      ++next;
      if (text.is(next - 1, kPathEnd)) end = next;
    } else {
      break;
    }
  }
  return end;
}

}  // namespace

int end_of_tld(const Text& text, int at, int limit) {
  if (at >= limit) return -1;
  char name[4 * kLongestTld];
  std::size_t length = 0;
  int end = at;
  while (end < limit && end - at < kLongestTld && is_ascii_alnum(text[end])) {
    name[length++] = static_cast<char>(lower_case(text[end++]));
  }
  if (end > at && closes_tld(text, end, limit) && is_tld({name, length})) return end;
  if (end < limit && text[end] >= 0x80) {
    std::string wide(name, length);
    int found = -1;
    for (; end < limit && end - at < kLongestTld && text.is(end, kDomain); ++end) {
      append_utf8(wide, lower_case(text[end]));
      if (closes_tld(text, end + 1, limit) && is_tld(wide)) found = end + 1;
    }
    if (found >= 0) return found;
  }
  return end_of_punycode(text, at, limit);
}

int end_of_query(const Text& text, int at) {
  if (text.code(at) != '?') return at;
  int end = at;
  for (int next = at + 1; text.is(next, kQuery); ++next) {
    if (text.is(next, kQueryEnd)) end = next + 1;
  }
  return end;
}

UrlTail tail_of_url(const Text& text, int at) {
  UrlTail tail{-1, at};
  if (text.code(at) == ':' && is_ascii_digit(text.code(at + 1))) {
    tail.end = at + 1;
    while (is_ascii_digit(text.code(tail.end))) ++tail.end;
  }
  if (text.code(tail.end) == '/') {
    tail.path = tail.end;
    tail.end = end_of_path(text, tail.end);
  }
  tail.end = end_of_query(text, tail.end);
  return tail;
}

}  // namespace tweetpulse
