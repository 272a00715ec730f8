#include "query/lexer.h"

#include <unicode/uchar.h>

#include "query/folding.h"

namespace tweetpulse {
namespace {

constexpr char32_t kKeycap = 0x20E3, kEmojiStyle = 0xFE0F;

// The ASCII form of the sigils that East Asian keyboards give; 0 = no sigil.
char sigil(char32_t code) {
  switch (code) {
    case '#':
    case 0xFF03:
      return '#';
    case '@':
    case 0xFF20:
      return '@';
    case '$':
    case 0xFF04:
      return '$';
    default:
      return 0;
  }
}

bool is_lower(char32_t code) {
  return code >= 'a' && code <= 'z';
}

}  // namespace

bool is_space(char32_t code) {
  return u_isUWhiteSpace(static_cast<UChar32>(code)) != 0;
}

bool is_quote(char32_t code) {
  return code == '"' || (code >= 0x201C && code <= 0x201F) || code == 0xAB || code == 0xBB || code == 0xFF02;
}

bool is_run_char(char32_t code) {
  return !is_space(code) && code != '(' && code != ')' && !is_quote(code);
}

Lexer::Lexer(std::string_view text) {
  chars_.reserve(text.size());
  for (std::size_t byte = 0; byte < text.size();) chars_.push_back(next_code_point(text, byte));
}

std::string Lexer::slice(int from, int to) const {
  std::string out;
  for (int i = from; i < to; ++i) append_utf8(out, at(i));
  return out;
}

int Lexer::end_of_run(int from) const {
  while (from < size() && is_run_char(at(from))) ++from;
  return from;
}

int Lexer::end_of_name(int from) const {
  if (!is_lower(at(from))) return from;
  while (is_lower(at(from)) || at(from) == '_') ++from;
  return from;
}

bool Lexer::is_link(int from) const {
  static constexpr std::u32string_view kProtocol = U"http";
  for (const char32_t letter : kProtocol)
    if ((at(from++) | 0x20) != letter) return false;
  if ((at(from) | 0x20) == 's') ++from;
  return at(from) == ':' && at(from + 1) == '/' && at(from + 2) == '/' && end_of_run(from + 3) > from + 3;
}

bool Lexer::is_tag(int from) const {
  const char32_t next = at(from + 1);
  if (sigil(at(from)) != 0 && is_quote(next)) return true;
  if (sigil(at(from)) == 0 || end_of_run(from + 1) == from + 1 || next == kKeycap || next == kEmojiStyle) return false;
  return sigil(at(from)) != '$' || u_isdigit(static_cast<UChar32>(next)) == 0;
}

std::string Lexer::word_behind_space(int from) const {
  if (!is_space(at(from))) return {};
  while (from < size() && is_space(at(from))) ++from;
  return slice(from, end_of_run(from));
}

void Lexer::read_phrase(QueryToken& token, int from) {
  token.value_offset = from;
  int place = from + 1;
  for (; place < size() && !is_quote(at(place)); ++place) {
    if (at(place) == '\\' && place + 1 < size() && (at(place + 1) == '\\' || is_quote(at(place + 1)))) ++place;
    append_utf8(token.value, at(place));
  }
  token.closed = place < size();
  if (token.closed) ++place;
  token.value_length = place - from;
  token.length = place - token.offset;
}

void Lexer::read_filter(QueryToken& token, int colon) {
  token.kind = TokenKind::filter;
  token.name = slice(token.offset, colon);
  const int value = colon + 1;
  token.length = value - token.offset;
  token.value_offset = value;
  if (value < size() && is_quote(at(value))) return read_phrase(token, value);
  const int end = end_of_run(value);
  token.value = slice(value, end);
  token.value_length = end - value;
  token.length = end - token.offset;
  if (end == value) token.next_word = word_behind_space(value);
}

void Lexer::read_operand(QueryToken& token) {
  const int start = token.offset;
  if (is_quote(at(start))) {
    token.kind = TokenKind::phrase;
    read_phrase(token, start);
    if (!token.closed || at(token.end()) != '~') return;
    token.proximity_offset = token.end();
    const int end = end_of_run(token.end());
    token.proximity = slice(token.end() + 1, end);
    token.length = end - start;
    return;
  }
  const int end = end_of_run(start), name = end_of_name(start);
  const bool link = is_link(start), tag = is_tag(start);
  if (tag) token.name = std::string(1, sigil(at(start)));
  if (tag && is_quote(at(start + 1))) {
    token.kind = TokenKind::tag;
    token.quoted = true;
    return read_phrase(token, start + 1);
  }
  if (!link && name > start && at(name) == ':') return read_filter(token, name);
  token.kind = link ? TokenKind::link : tag ? TokenKind::tag : TokenKind::word;
  token.value_offset = tag ? start + 1 : start;
  token.value = slice(token.value_offset, end);
  token.value_length = end - token.value_offset;
  token.length = end - start;
  if (token.kind != TokenKind::word) return;
  if (token.value == "OR") token.kind = TokenKind::either;
  if (token.value == "AND") token.kind = TokenKind::both;
  if (token.value == "NOT") token.kind = TokenKind::negation;
}

QueryToken Lexer::next() {
  while (place_ < size() && is_space(at(place_))) ++place_;
  QueryToken token;
  token.offset = place_;
  if (place_ == size()) return token;
  const char32_t first = at(place_);
  if (first == '(' || first == ')' || first == '-') {
    token.kind = first == '(' ? TokenKind::open : first == ')' ? TokenKind::close : TokenKind::minus;
    token.length = 1;
    if (first == '-') token.next_word = word_behind_space(place_ + 1);
  } else {
    read_operand(token);
  }
  place_ = token.end();
  return token;
}

}  // namespace tweetpulse
