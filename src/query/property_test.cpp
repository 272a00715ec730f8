#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "query/folding.h"
#include "query/matcher.h"
#include "query/parser.h"
#include "query/random_query.h"
#include "query/when.h"

namespace tweetpulse {
namespace {

using random_query::draw_tweet;
using random_query::one_of;

// Pieces that the grammar cares about, in any order, and raw bytes between them.
rc::Gen<std::string> noise() {
  const auto piece = rc::gen::oneOf(
      one_of({"(",    ")",       "\"",     "“",         "~",     "~4",        "-",       "#",          "@",
              "$",    ":",       "\\",     " ",         "\t",    "　",        "OR",      " OR ",       "AND",
              "NOT ", "from:",   "since:", "until:now", "lang:", "url:",      "http://", "domain:a.b", "'",
              "’",    "1️⃣", "\u0301", "\u200d",    "🏽",  "👍",         "🇺",       "が",         "ฺ",
              "ᄀ",   "ᅡ",      "\xff",   "\xe2\x80",  "cat",   "Straße",    "İ",       "ŉ",          "ﷺ",
              "½",    "⑴",       "´",      "@@",        "www.",  "entity:\"", "#\"",     "$1",         "ͅ",
              "ﬀ",    "ǰ",       "\u20e3", "\ufe0f"}),
      rc::gen::container<std::string>(2, rc::gen::arbitrary<char>()));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
    std::string out;
    for (const std::string& one : pieces) out += one;
    return out;
  });
}

bool decides(QueryNode node, const EnrichedTweet& tweet, const Searchable& values) {
  return matches(Query{std::move(node)}, tweet, values);
}

RC_GTEST_PROP(Language, ReadsBackEveryTreeThatItPrints, ()) {
  const Query query = *random_query::query();
  const std::string text = print(query);
  RC_PRE(count_conditions(query) <= 256u && text.size() <= 4096u);
  const ParsedQuery parsed = parse_query(text, {});
  RC_LOG() << text << '\n';
  RC_ASSERT(parsed.errors.empty());
  RC_ASSERT(parsed.query == query);
  RC_ASSERT(print(parsed.query) == text);
}

RC_GTEST_PROP(Language, PlacesEveryErrorInsideAnyText, ()) {
  const std::string text = *noise();
  ParseOptions options;
  options.recover = *rc::gen::arbitrary<bool>();
  const ParsedQuery parsed = parse_query(text, options);
  for (const QueryError& error : parsed.errors) {
    RC_ASSERT(error.offset >= 0 && error.length > 0);
    RC_ASSERT(error.offset + error.length <= count_code_points(text));
  }
  if (!options.recover) RC_ASSERT(parsed.errors.size() <= 1u);
  if (parsed.errors.empty()) RC_ASSERT(parse_query(print(parsed.query), {}).query == parsed.query);
}

RC_GTEST_PROP(Language, GivesTheFirstErrorAloneAndFirstOfAll, ()) {
  const std::string text = *noise();
  ParseOptions recover;
  recover.recover = true;
  const auto one = parse_query(text, {}).errors, all = parse_query(text, recover).errors;
  RC_ASSERT(one.empty() == all.empty());
  if (!one.empty()) RC_ASSERT(one[0].type == all[0].type && one[0].offset == all[0].offset);
}

RC_GTEST_PROP(Language, SuggestsAtAnyCaretOfAnyText, ()) {
  const std::string text = *noise();
  const int caret = *rc::gen::inRange(-1, count_code_points(text) + 2);
  for (const Suggestion& item : suggest(text, caret)) {
    RC_ASSERT(item.replace_offset >= 0 && item.replace_length >= 0);
    RC_ASSERT(item.replace_offset + item.replace_length <= count_code_points(text));
  }
}

RC_GTEST_PROP(Folding, ChangesNothingTheSecondTime, ()) {
  const std::string once = fold(*noise());
  RC_ASSERT(fold(once) == once);
}

RC_GTEST_PROP(Terms, ReadBackAsThemselves, ()) {
  for (const std::string& term : terms_of_query(*noise())) RC_ASSERT(terms_of_query(term) == std::vector{term});
}

RC_GTEST_PROP(Terms, StandInOrderInsideTheText, ()) {
  const std::string text = *noise();
  int last = 0;
  for (const Term& term : terms_of_text(text)) {
    RC_ASSERT(term.start >= last && term.end > term.start && term.end <= count_code_points(text));
    RC_ASSERT(!term.text.empty() && count_code_points(term.text) <= 64);
    last = term.start;
  }
}

RC_GTEST_PROP(Terms, OfAsciiAreThoseOfTheSameTextAmongOthers, ()) {
  const std::string text = *rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::inRange<char>(0, 127), rc::gen::element('\'', '_', ' ', 'a', 'Z', '0', '-')));
  auto alone = terms_of_query(text);
  alone.emplace_back("й");
  RC_ASSERT(terms_of_query(text + " й") == alone);
}

RC_GTEST_PROP(Matching, FollowsTheLawsOfLogic, ()) {
  const EnrichedTweet tweet = draw_tweet();
  const Searchable values = searchable(tweet);
  const QueryNode p = *random_query::tree(2), q = *random_query::tree(2);
  const bool a = decides(p, tweet, values), b = decides(q, tweet, values);
  const QueryNode not_p{NotNode{{p}}}, not_q{NotNode{{q}}};
  RC_ASSERT(decides(not_p, tweet, values) == !a);
  RC_ASSERT(decides({AndNode{{p, q}}}, tweet, values) == (a && b));
  RC_ASSERT(decides({OrNode{{p, q}}}, tweet, values) == (a || b));
  RC_ASSERT(decides({NotNode{{{OrNode{{p, q}}}}}}, tweet, values) == decides({AndNode{{not_p, not_q}}}, tweet, values));
  RC_ASSERT(matches(Query{p}.narrow(q), tweet, values) == (a && b));
}

RC_GTEST_PROP(Matching, MarksSortedDisjointSpansOfTheText, ()) {
  const EnrichedTweet tweet = draw_tweet();
  const Searchable values = searchable(tweet);
  const QueryNode word = *random_query::text_leaf();
  const auto spans = matched_spans(Query{word}, tweet, values);
  int last = 0;
  for (const MatchedSpan& span : spans) {
    RC_ASSERT(span.start >= last && span.end > span.start);
    last = span.end;
  }
  RC_ASSERT(last <= count_code_points(tweet.tweet.text));
  if (!std::holds_alternative<UrlNode>(word.node)) RC_ASSERT(spans.empty() == !decides(word, tweet, values));
  RC_ASSERT(matched_spans({{NotNode{{word}}}}, tweet, values).empty());
}

RC_GTEST_PROP(Calendar, CutsAnySpanIntoGrowingBuckets, ()) {
  const std::string zone = *one_of({"UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"});
  const std::string interval = *one_of({"10s", "1m", "5m", "15m", "1h", "6h", "1d", "1w", "1mo"});
  const Time from = from_ms(*rc::gen::inRange<std::int64_t>(1142899200000, 1900000000000));
  const Time to = from + milliseconds(*rc::gen::inRange<std::int64_t>(1, 400'000'000'000));
  const auto edges = bucket_edges(from, to, interval, zone);
  if (!edges) return;
  RC_ASSERT(edges->front() == from && edges->back() == to && edges->size() <= 1501u);
  for (std::size_t i = 1; i < edges->size(); ++i) RC_ASSERT((*edges)[i - 1] < (*edges)[i]);
}

}  // namespace
}  // namespace tweetpulse
