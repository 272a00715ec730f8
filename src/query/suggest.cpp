#include <algorithm>
#include <span>

#include "query/folding.h"
#include "query/lexer.h"
#include "query/names.h"
#include "query/parser.h"

namespace tweetpulse {
namespace {

// What stands around the caret: [start, end) is replaced, `prefix` is what of it was typed.
struct Piece {
  std::string prefix;
  int start = 0, end = 0;
};

std::vector<char32_t> decode(std::string_view text) {
  std::vector<char32_t> chars;
  for (std::size_t at = 0; at < text.size();) chars.push_back(next_code_point(text, at));
  return chars;
}

bool is_name_char(char32_t code) {
  return (code >= 'a' && code <= 'z') || code == '_';
}

std::string encode(std::span<const char32_t> chars) {
  std::string out;
  for (const char32_t code : chars) append_utf8(out, code);
  return out;
}

std::span<const std::string_view> values_of(std::string_view name) {
  if (name == "sentiment") return kSentiments;
  if (name == "has") return kHasValues;
  if (name == "is") return kIsValues;
  if (name == "source") return kSources;
  if (name == "lang") return kLanguages;
  if (name == "since" || name == "until") return kTimeValues;
  return {};
}

// The token that the caret stands in or behind; an end token when it touches none.
QueryToken token_at(std::string_view text, int caret) {
  Lexer lexer(text);
  QueryToken token = lexer.next();
  while (token.kind != TokenKind::end && (token.end() < caret || (token.end() == caret && !token.is_operand())))
    token = lexer.next();
  return token.is_operand() && token.offset < caret ? token : QueryToken{};
}

std::vector<Suggestion> complete_value(const Piece& piece, std::string_view name) {
  std::vector<Suggestion> out;
  const auto values = values_of(name);
  for (const std::string_view value : values)
    if (value.starts_with(piece.prefix))
      out.push_back({std::string(value), std::string(name), piece.start, piece.end - piece.start});
  if (!out.empty()) return out;
  if (const std::string like = nearest(piece.prefix, values); !like.empty())
    out.push_back({like, std::string(name), piece.start, piece.end - piece.start});
  return out;
}

std::vector<Suggestion> complete_operator(const Piece& piece) {
  std::vector<Suggestion> out;
  std::vector<std::string_view> names;
  const auto add = [&](const OperatorName& known) {
    out.push_back(
        {std::string(known.name) + ':', std::string(known.description), piece.start, piece.end - piece.start});
  };
  for (const OperatorName& known : kOperators) {
    names.push_back(known.name);
    if (known.name.starts_with(piece.prefix)) add(known);
  }
  if (!out.empty()) return out;
  const std::string like = nearest(piece.prefix, names);
  for (const OperatorName& known : kOperators)
    if (known.name == like) add(known);
  return out;
}

}  // namespace

std::vector<Suggestion> suggest(std::string_view text, int caret) {
  const std::vector<char32_t> chars = decode(text);
  caret = std::clamp(caret, 0, static_cast<int>(chars.size()));
  const QueryToken token = token_at(text, caret);
  const std::span<const char32_t> all(chars);
  const auto typed = [&](int from) {
    return encode(all.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(caret - from)));
  };
  if (token.kind == TokenKind::end) return complete_operator({{}, caret, caret});
  const bool in_value = token.kind == TokenKind::filter && caret >= token.value_offset;
  if (in_value) return complete_value({typed(token.value_offset), token.value_offset, token.end()}, token.name);
  const bool is_name = std::all_of(all.begin() + token.offset, all.begin() + caret, is_name_char);
  if (!is_name || (token.kind != TokenKind::word && token.kind != TokenKind::filter)) return {};
  const int end = token.kind == TokenKind::filter ? token.value_offset : token.end();
  return complete_operator({typed(token.offset), token.offset, end});
}

}  // namespace tweetpulse
