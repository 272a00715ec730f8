// Random queries and tweets for property tests: few words and values, so that they meet. Never linked into the program.
// Threads: as rapidcheck.
#pragma once

#include <rapidcheck.h>

#include "query/ast.h"
#include "query/terms.h"

namespace tweetpulse::random_query {

inline rc::Gen<std::string> one_of(std::vector<std::string> values) {
  return rc::gen::elementOf(std::move(values));
}

// Words that are one term, as a query holds them.
inline rc::Gen<std::string> term() {
  return one_of({"cat",
                 "dog",
                 "or",
                 "and",
                 "not",
                 "don't",
                 "cafe",
                 "a_b",
                 "12",
                 "東",
                 "京",
                 "й",
                 "еще",
                 "🔥",
                 "👍",
                 "🇺🇸",
                 "1⃣",
                 "#⃣",
                 "👨‍👩‍👧",
                 "ที่",
                 "حب",
                 "हिंदी"});
}

inline rc::Gen<std::vector<std::string>> phrase() {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(2, 5),
                         [](std::size_t size) { return rc::gen::container<std::vector<std::string>>(size, term()); });
}

inline rc::Gen<std::string> name() {
  return one_of(
      {"nasa", "new york", "a \"b\" c", "back\\slash", "café “x”", "o'hara", "(x)", "x:y", "東京 タワー", "#x"});
}

inline Time base_time() {
  return from_ms(1772370900000);
}

template <class Node, class Values, class Make>
rc::Gen<QueryNode> leaf(Values values, Make make) {
  return rc::gen::map(std::move(values), [make](auto value) { return QueryNode{Node{make(std::move(value))}}; });
}

inline rc::Gen<QueryNode> text_leaf() {
  const auto same = [](auto value) { return value; };
  return rc::gen::oneOf(
      leaf<WordNode>(term(), same), leaf<PhraseNode>(phrase(), same),
      rc::gen::map(rc::gen::tuple(rc::gen::distinctFrom(term(), std::string("cat")), rc::gen::inRange(1, 7)),
                   [](std::tuple<std::string, int> near) {
                     return QueryNode{NearNode{"cat", std::get<0>(near), std::get<1>(near)}};
                   }),
      leaf<UrlNode>(phrase(), same));
}

inline rc::Gen<QueryNode> value_leaf() {
  const auto same = [](auto value) { return value; };
  return rc::gen::oneOf(
      rc::gen::map(rc::gen::tuple(rc::gen::element(TagField::hashtag, TagField::mention, TagField::cashtag),
                                  one_of({"mars", "nasa", "cafe", "東京", "x_y", "new york", "u.s.", "1", "(x)"})),
                   [](std::tuple<TagField, std::string> tag) {
                     return QueryNode{TagNode{std::get<0>(tag), std::get<1>(tag)}};
                   }),
      leaf<FromNode>(one_of({"nasa", "ada", "did:plc:1", "user@host"}), same),
      leaf<ToNode>(one_of({"nasa", "ada", "7"}), same), leaf<LangNode>(one_of({"en", "ja", "und"}), same),
      leaf<SentimentNode>(rc::gen::element(Sentiment::negative, Sentiment::neutral, Sentiment::positive), same),
      leaf<HasNode>(rc::gen::element(HasField::links, HasField::hashtags, HasField::mentions, HasField::media), same),
      leaf<IsNode>(rc::gen::element(Kind::retweet, Kind::reply, Kind::quote), same),
      // Since before until: an AND of the reverse is an error of the language.
      leaf<SinceNode>(rc::gen::inRange(0, 3), [](int s) { return base_time() + std::chrono::seconds(s); }),
      leaf<UntilNode>(rc::gen::inRange(3, 6), [](int s) { return base_time() + std::chrono::seconds(s); }),
      leaf<SourceNode>(one_of({"x", "bluesky", "mastodon", "simulator"}), same),
      leaf<MinFollowersNode>(rc::gen::inRange<std::int64_t>(0, 4), same),
      leaf<DomainNode>(one_of({"nasa.gov", "bbc.co.uk", "xn--bcher-kva.de"}), same),
      leaf<EntityNode>(rc::gen::map(name(), fold), same), leaf<KeywordNode>(rc::gen::map(name(), fold), same));
}

// A tree that the language can say: groups of two or more, at most `depth` deep.
inline rc::Gen<QueryNode> tree(int depth) {
  auto leaves = rc::gen::oneOf(text_leaf(), value_leaf());
  if (depth == 0) return leaves;
  const auto parts = rc::gen::mapcat(rc::gen::inRange<std::size_t>(2, 4), [depth](std::size_t size) {
    return rc::gen::container<std::vector<QueryNode>>(size, tree(depth - 1));
  });
  return rc::gen::weightedOneOf<QueryNode>(
      {{2, leaves},
       {2, rc::gen::map(parts, [](std::vector<QueryNode> all) { return QueryNode{AndNode{std::move(all)}}; })},
       {2, rc::gen::map(parts, [](std::vector<QueryNode> all) { return QueryNode{OrNode{std::move(all)}}; })},
       {1, rc::gen::map(tree(depth - 1), [](QueryNode one) { return QueryNode{NotNode{{std::move(one)}}}; })}});
}

inline rc::Gen<Query> query() {
  return rc::gen::map(tree(3), [](QueryNode root) { return Query{std::move(root)}; });
}

inline rc::Gen<std::string> text() {
  const auto piece = one_of(
      {"cat",   "Dog",   "CAFÉ",  "cafe\u0301",           "don’t", "東京", "🔥", "👍🏽", "🇺🇸", "1️⃣",  "Ещё",
       "#Mars", "@NASA", "$TSLA", "https://nasa.gov/cat", "a_b",   "-",    "'", "й",        "ﬁn", "xhttp://", "ที่นี่",
       "❤️"});
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::map(
          rc::gen::tuple(piece, one_of({"", " ", " ", ", "})),
          [](std::tuple<std::string, std::string> pair) { return std::get<0>(pair) + std::get<1>(pair); })),
      [](const std::vector<std::string>& pieces) {
        std::string out;
        for (const std::string& one : pieces) out += one;
        return out;
      });
}

inline EnrichedTweet draw_tweet() {
  const auto chance = [] { return *rc::gen::arbitrary<bool>(); };
  EnrichedTweet out;
  Tweet& tweet = out.tweet;
  Analysis& analysis = out.analysis;
  tweet.id = "1";
  tweet.text = *text();
  tweet.source = *one_of({"x", "bluesky", "mastodon", "simulator"});
  tweet.created_at = base_time() + std::chrono::seconds(*rc::gen::inRange(-1, 7));
  tweet.author = {*one_of({"", "did:plc:1"}), *one_of({"", "NASA", "ada", "user@host"}), "", {}};
  if (chance()) tweet.author.followers = *rc::gen::inRange<std::int64_t>(0, 5);
  if (chance()) tweet.reply_to = "2", tweet.reply_to_author = {"7", *one_of({"", "Ada"})};
  if (chance()) (chance() ? tweet.retweet_of : tweet.quote_of) = "3";
  if (chance()) tweet.media = {"photo"};
  analysis.language = *one_of({"en", "ja", "und"});
  if (chance()) analysis.hashtags = {{*one_of({"Mars", "Café", "東京"}), -1, -1}};
  if (chance()) analysis.mentions = {{*one_of({"NASA", "x_y"}), "", -1, -1}};
  if (chance()) analysis.cashtags = {{"CAFE", -1, -1}};
  if (chance())
    analysis.urls = {
        {"https://t.co/1", *one_of({"nasa.gov", "news.bbc.co.uk"}), "https://cat.dog/Café/12", "", -1, -1}};
  if (chance()) analysis.names = {{"org", *name(), -1, -1}};
  if (chance()) analysis.keywords = {*name()};
  if (chance()) analysis.sentiment = *rc::gen::element(Sentiment::negative, Sentiment::neutral, Sentiment::positive);
  return out;
}

}  // namespace tweetpulse::random_query
