#include "query/condition.h"

#include <unicode/idna.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>

#include "query/names.h"
#include "query/terms.h"
#include "query/when.h"

namespace tweetpulse {
namespace {

using Condition = std::variant<QueryNode, QueryError>;

QueryError whole(const QueryToken& token, std::string_view type, std::string message, std::string suggestion = {}) {
  return {std::string(type), std::move(message), token.offset, token.length, std::move(suggestion)};
}

QueryError value_error(const QueryToken& token, std::string_view type, std::string message,
                       std::string suggestion = {}) {
  return {std::string(type), std::move(message), token.value_offset, token.value_length, std::move(suggestion)};
}

QueryError no_words(int offset, int length) {
  return {"no_words", "nothing to search for: no letter, digit or emoji", offset, length, {}};
}

QueryError too_many_terms(const QueryToken& token, std::size_t found) {
  return whole(
      token, "too_many",
      "a phrase has at most " + std::to_string(kMaxPhraseTerms) + " terms, this one has " + std::to_string(found));
}

Condition read_words(const QueryToken& token) {
  auto terms = terms_of_query(token.value);
  if (terms.empty()) return no_words(token.offset, token.length);
  if (terms.size() > kMaxPhraseTerms) return too_many_terms(token, terms.size());
  if (terms.size() == 1) return QueryNode{WordNode{std::move(terms[0])}};
  return QueryNode{PhraseNode{std::move(terms)}};
}

Condition read_near(const QueryToken& token) {
  auto terms = terms_of_query(token.value);
  if (terms.empty()) return no_words(token.value_offset, token.value_length);
  const std::string& digit = token.proximity;
  const bool in_range = digit.size() == 1 && digit[0] >= '1' && digit[0] <= '6';
  if (!in_range || terms.size() != 2 || terms[0] == terms[1])
    return QueryError{"bad_proximity", "a number from 1 to 6, and two different words", token.proximity_offset,
                      token.end() - token.proximity_offset, in_range ? "" : "~6"};
  return QueryNode{NearNode{std::move(terms[0]), std::move(terms[1]), digit[0] - '0'}};
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first));
}

Condition read_tag(const QueryToken& token) {
  std::string_view value = token.value;
  // A tag copied out of a sentence brings the punctuation behind it along.
  if (!token.quoted) value = value.substr(0, value.find_last_not_of(kTagEnd) + 1);
  if (terms_of_query(value).empty()) return no_words(token.offset, token.length);
  const TagField field = token.name == "#"   ? TagField::hashtag
                         : token.name == "@" ? TagField::mention
                                             : TagField::cashtag;
  return QueryNode{TagNode{field, fold(value)}};
}

Condition read_url(const QueryToken& token) {
  auto terms = terms_of_url(token.value);
  if (terms.empty()) return no_words(token.value_offset, token.value_length);
  if (terms.size() > kMaxPhraseTerms) return too_many_terms(token, terms.size());
  return QueryNode{UrlNode{std::move(terms)}};
}

// "a, b or c"
template <std::size_t N>
std::string listed(const std::array<std::string_view, N>& names) {
  std::string out;
  for (std::size_t i = 0; i < N; ++i) {
    if (i > 0) out += i + 1 == N ? " or " : ", ";
    out += names[i];
  }
  return out;
}

// Place of the value in the list; an error that lists them otherwise.
template <std::size_t N>
std::variant<std::size_t, QueryError> choose(const QueryToken& token, const std::array<std::string_view, N>& names,
                                             std::string_view order = {}) {
  const std::string value = fold(token.value);
  const auto found = std::find(names.begin(), names.end(), value);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  return value_error(token, "bad_value", token.name + " is " + (order.empty() ? listed(names) : std::string(order)),
                     nearest(value, names));
}

Condition read_sentiment(const QueryToken& token) {
  const auto found = choose(token, kSentiments, "positive, neutral or negative");
  if (const auto* error = std::get_if<QueryError>(&found)) return *error;
  return QueryNode{SentimentNode{*sentiment_from(kSentiments[std::get<0>(found)])}};
}

Condition read_has(const QueryToken& token) {
  const auto found = choose(token, kHasValues);
  if (const auto* error = std::get_if<QueryError>(&found)) return *error;
  return QueryNode{HasNode{static_cast<HasField>(std::get<0>(found))}};
}

Condition read_is(const QueryToken& token) {
  const auto found = choose(token, kIsValues);
  if (const auto* error = std::get_if<QueryError>(&found)) return *error;
  return QueryNode{IsNode{*kind_from(kIsValues[std::get<0>(found)])}};
}

Condition read_source(const QueryToken& token) {
  const auto found = choose(token, kSources);
  if (const auto* error = std::get_if<QueryError>(&found)) return *error;
  return QueryNode{SourceNode{std::string(kSources[std::get<0>(found)])}};
}

Condition read_account(const QueryToken& token) {
  std::string folded = fold(token.value);
  folded.erase(0, folded.find_first_not_of('@'));
  if (folded.empty()) return value_error(token, "bad_value", token.name + " is a handle or an id");
  if (token.name == "from") return QueryNode{FromNode{std::move(folded)}};
  return QueryNode{ToNode{std::move(folded)}};
}

Condition read_lang(const QueryToken& token) {
  const std::string value = fold(trimmed(token.value)), base = value.substr(0, value.find_first_of("-_"));
  const bool code = (base.size() == 2 || base.size() == 3) &&
                    std::all_of(base.begin(), base.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (code) return QueryNode{LangNode{normal_language(base)}};
  return value_error(token, "bad_value", "lang is a language code of two or three letters, or und",
                     nearest(value, kLanguages));
}

Condition read_time(const QueryToken& token, const ParseOptions& options) {
  const std::string value = trimmed(token.value);
  const auto time = parse_when(value, options.now, options.zone);
  if (time && token.name == "since") return QueryNode{SinceNode{*time}};
  if (time) return QueryNode{UntilNode{*time}};
  const bool seconds = value.size() == 10 && value.find_first_not_of("0123456789") == std::string::npos;
  return value_error(token, "bad_time", time.error().what, seconds ? value + "000" : "now-1d");
}

Condition read_followers(const QueryToken& token) {
  const std::string value = trimmed(token.value);
  std::int64_t number = -1;
  const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (status == std::errc() && end == value.data() + value.size() && number >= 0)
    return QueryNode{MinFollowersNode{number}};
  return value_error(token, "bad_value", "min_followers is a whole number, 0 or more");
}

// Lower case and punycode, as the analysis stores a host; "" = no host.
std::string ascii_host(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::IDNA> idna(icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII, status));
  if (U_FAILURE(status)) return {};
  icu::IDNAInfo info;
  icu::UnicodeString ascii;
  idna->nameToASCII(icu::UnicodeString::fromUTF8({text.data(), static_cast<int>(text.size())}), ascii, info, status);
  std::string host;
  if (U_SUCCESS(status) && !info.hasErrors()) ascii.toUTF8String(host);
  while (host.starts_with("www.") && host.find('.', 4) != std::string::npos) host.erase(0, 4);
  const bool plain = host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string::npos;
  return plain && host.find('.') != std::string::npos && host.find("..") == std::string::npos && host.front() != '.' &&
                 host.back() != '.'
             ? host
             : std::string();
}

Condition read_domain(const QueryToken& token) {
  const std::string value = trimmed(token.value);
  std::string host = ascii_host(value);
  if (!host.empty()) return QueryNode{DomainNode{std::move(host)}};
  std::string_view part = value;
  if (const std::size_t protocol = part.find("://"); protocol != std::string_view::npos)
    part.remove_prefix(protocol + 3);
  host = ascii_host(part.substr(0, part.find_first_of("/:?#")));
  return value_error(token, "bad_value", "domain is a host name such as bbc.co.uk", std::move(host));
}

Condition read_name(const QueryToken& token) {
  std::string folded = fold(token.value);
  if (terms_of_query(folded).empty()) return no_words(token.value_offset, token.value_length);
  if (token.name == "entity") return QueryNode{EntityNode{std::move(folded)}};
  return QueryNode{KeywordNode{std::move(folded)}};
}

Condition read_filter(const QueryToken& token, const ParseOptions& options) {
  static constexpr auto kNames = [] {
    std::array<std::string_view, kOperators.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = kOperators[i].name;
    return names;
  }();
  const std::string& name = token.name;
  const int name_length = token.value_offset - token.offset;
  if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) {
    const std::string known = nearest(name, kNames);
    return QueryError{"unknown_operator", "There is no operator '" + name + ":'", token.offset, name_length,
                      known.empty() ? known : known + ':'};
  }
  if (token.value_length == 0)
    return QueryError{"missing_value", "write the value right after the colon", token.offset, name_length,
                      token.next_word.empty() ? std::string() : name + ':' + token.next_word};
  if (name == "from" || name == "to") return read_account(token);
  if (name == "lang") return read_lang(token);
  if (name == "sentiment") return read_sentiment(token);
  if (name == "has") return read_has(token);
  if (name == "is") return read_is(token);
  if (name == "since" || name == "until") return read_time(token, options);
  if (name == "source") return read_source(token);
  if (name == "min_followers") return read_followers(token);
  if (name == "url") return read_url(token);
  if (name == "domain") return read_domain(token);
  return read_name(token);
}

}  // namespace

Condition read_condition(const QueryToken& token, const ParseOptions& options) {
  if (!token.closed) return QueryError{"unclosed_quote", "this quote is never closed", token.value_offset, 1, {}};
  switch (token.kind) {
    case TokenKind::tag:
      return read_tag(token);
    case TokenKind::link:
      return read_url(token);
    case TokenKind::filter:
      return read_filter(token, options);
    default:
      return token.proximity_offset < 0 ? read_words(token) : read_near(token);
  }
}

}  // namespace tweetpulse
