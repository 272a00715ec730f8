// find() gives exactly the tweets that the matcher takes: every operator on tweets made by hand, and random queries on
// random tweets.
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "query/matcher.h"
#include "query/random_query.h"
#include "query/terms.h"
#include "search/search_contract.h"

namespace tweetpulse::search_contract {
namespace {

// Every value is missing somewhere.
Tweets by_hand() {
  Tweets all;
  const auto add = [&all](std::string_view text, const std::function<void(EnrichedTweet&)>& change) {
    all.push_back(with(post(static_cast<int>(all.size()), text), change));
  };
  add("The cat likes a hot dog, and another cat", [](EnrichedTweet& e) {
    e.tweet.reply_to = "5";
    e.tweet.reply_to_author = {"11", "NASA"};
    e.analysis.sentiment = Sentiment::positive;
  });
  add("dog hot: CAFÉ crème, coca-cola don’t stop at 12:30", [](EnrichedTweet& e) {
    e.tweet.source = "bluesky";
    e.tweet.author = {"did:plc:xyz", "", "", std::nullopt};
    e.analysis.language = "fr";
    e.analysis.sentiment = Sentiment::negative;
  });
  add("東京タワー 🔥👍🏽 ที่นี่ #Mars @NASA $TSLA", [](EnrichedTweet& e) {
    e.tweet.author = {"11", "NASA", "NASA", 5'000'000};
    e.tweet.media = {"photo"};
    e.analysis.language = "ja";
    e.analysis.hashtags = {{"Mars", 10, 15}};
    e.analysis.mentions = {{"NASA", "11", 16, 21}};
    e.analysis.cashtags = {{"TSLA", 22, 27}};
    e.analysis.sentiment = Sentiment::neutral;
  });
  add("red planet seen https://t.co/x", [](EnrichedTweet& e) {
    e.tweet.quote_of = "9";
    e.analysis.urls = {{"https://t.co/x", "news.bbc.co.uk", "https://news.bbc.co.uk/Red/planet?cat=1", "", 16, 30},
                       {"https://nasa.gov/artemis", "nasa.gov", "", "", 0, 1}};
    e.analysis.names = {{"place", "New York", 0, 8}, {"org", "the \"Big\" one", 0, 8}};
    e.analysis.keywords = {"red planet", "launch"};
  });
  add("planet so very very red", [](EnrichedTweet& e) {
    e.tweet.retweet_of = "9";
    e.tweet.source = "mastodon";
    e.tweet.author.handle = "user@host.example";
  });
  add("red or blue planet; a planet a b c d e red", [](EnrichedTweet& e) { e.analysis.language = "und"; });
  add("", [](EnrichedTweet& e) {
    e.tweet.author = {};
    e.tweet.source = "simulator";
    e.analysis.language = "";
  });
  add("й и ё: ещё раз", [](EnrichedTweet& e) { e.analysis.language = "ru"; });
  return all;
}

const std::vector<std::string_view> kQuestions = {"cat",
                                                  "\"hot dog\"",
                                                  "\"dog hot\"",
                                                  "🔥",
                                                  "👍",
                                                  "東京",
                                                  "\"京タ\"",
                                                  "ที่",
                                                  "cafe",
                                                  "Café",
                                                  "coca-cola",
                                                  "don't",
                                                  "12:30",
                                                  "й",
                                                  "еще",
                                                  "mars",
                                                  "\"red planet\"~1",
                                                  "\"red planet\"~2",
                                                  "\"red planet\"~4",
                                                  "\"red planet\"~5",
                                                  "\"planet red\"~6",
                                                  "#mars",
                                                  "@nasa",
                                                  "$tsla",
                                                  "from:nasa",
                                                  "from:@NASA",
                                                  "from:11",
                                                  "from:did:plc:xyz",
                                                  "from:user@host.example",
                                                  "to:nasa",
                                                  "to:11",
                                                  "lang:en",
                                                  "lang:ja",
                                                  "lang:und",
                                                  "sentiment:positive",
                                                  "sentiment:neutral",
                                                  "sentiment:negative",
                                                  "has:links",
                                                  "has:hashtags",
                                                  "has:mentions",
                                                  "has:media",
                                                  "is:retweet",
                                                  "is:reply",
                                                  "is:quote",
                                                  "since:2026-03-01T12:00:03Z",
                                                  "until:2026-03-01T12:00:03Z",
                                                  "source:x",
                                                  "source:bluesky",
                                                  "source:mastodon",
                                                  "source:simulator",
                                                  "min_followers:100",
                                                  "min_followers:101",
                                                  "url:nasa.gov/artemis",
                                                  "url:red/planet",
                                                  "domain:bbc.co.uk",
                                                  "domain:co.uk",
                                                  "domain:news.bbc.co.uk",
                                                  "entity:\"New York\"",
                                                  "entity:\"the \\\"Big\\\" one\"",
                                                  "keyword:\"Red Planet\"",
                                                  "keyword:launch",
                                                  "cat OR #mars",
                                                  "(cat OR planet) -lang:und",
                                                  "planet -(red is:retweet)",
                                                  "-(cat OR has:links) lang:en",
                                                  "has:links keyword:launch red",
                                                  "-\"red planet\"~4 planet",
                                                  "-cat -planet",
                                                  "(cat lang:en) OR (planet -from:ada)"};

Ids taken(const Query& query, const Tweets& tweets) {
  Ids ids;
  for (const auto& tweet : tweets) {
    if (matches(query, tweet, searchable(tweet))) ids.push_back(tweet.tweet.id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Query negated(Query query) {
  return Query{QueryNode{NotNode{{std::move(query.root)}}}};
}

TEST_P(SearchContract, AnswersEveryOperatorAsTheMatcherDoes) {
  const Tweets tweets = by_hand();
  index(tweets);
  for (const auto text : kQuestions) {
    const Query query = question(text);
    const Ids expected = taken(query, tweets);
    EXPECT_FALSE(expected.empty() || expected.size() == tweets.size()) << text << " decides nothing here";
    EXPECT_EQ(found(query), expected) << text;
    EXPECT_EQ(found(negated(query)), taken(negated(query), tweets)) << "-(" << text << ")";
  }
}

TEST_P(SearchContract, FindsNothingForWhatNoTweetHas) {
  const Tweets tweets = by_hand();
  index(tweets);
  for (const auto text :
       {"zebra", "#zebra", "from:zebra", "lang:tr", "url:cat/planet", "domain:uk.co", "keyword:planet", "entity:york",
        "\"planet cat\"", "from:ada from:nasa", "#mar", "\"京東\""}) {
    EXPECT_EQ(found(text), Ids{}) << text;
    EXPECT_EQ(found(negated(question(text))).size(), tweets.size()) << text;
  }
}

TEST_P(SearchContract, TakesConditionsWithoutAWordAsTheMatcherDoes) {
  const Tweets tweets = by_hand();
  index(tweets);
  for (const QueryNode& node :
       {QueryNode{AndNode{}}, QueryNode{OrNode{}}, QueryNode{UnscoredNode{}}, QueryNode{IsNode{Kind::original}},
        QueryNode{FromNode{""}}, QueryNode{ToNode{""}}, QueryNode{PhraseNode{}}, QueryNode{UrlNode{}},
        QueryNode{WordNode{""}}, QueryNode{EntityNode{""}}, QueryNode{LangNode{""}}, QueryNode{SourceNode{""}}}) {
    const Query query{node};
    EXPECT_EQ(found(query), taken(query, tweets)) << print(query);
    EXPECT_EQ(found(negated(query)), taken(negated(query), tweets)) << print(query);
  }
}

TEST_P(SearchContract, TreatsTheEdgesOfTimeAsTheMatcherDoes) {
  const Tweets tweets = {with(post(1), [](EnrichedTweet& e) { e.tweet.created_at = at(1) - milliseconds(1); }),
                         with(post(2), [](EnrichedTweet& e) { e.tweet.created_at = at(1); }),
                         with(post(3), [](EnrichedTweet& e) { e.tweet.created_at = at(1) + milliseconds(1); })};
  index(tweets);
  EXPECT_EQ(found("since:2026-03-01T12:00:01Z"), (Ids{id_of(2), id_of(3)}));
  EXPECT_EQ(found("until:2026-03-01T12:00:01Z"), Ids{id_of(1)});
}

TEST_P(SearchContract, CarriesAQueryAtTheLimitOfTheLanguage) {
  index(by_hand());
  std::string many = "cat";
  for (int n = 0; n < 255; ++n) many += " OR w" + std::to_string(n) + (n % 2 ? " -lang:tr" : "");
  std::string deep = "cat";
  for (int n = 0; n < 14; ++n) deep = "-(dog " + deep + ")";
  many.resize(many.find(" OR w120"));
  EXPECT_EQ(found(many), taken(question(many), by_hand()));
  EXPECT_EQ(found(deep), taken(question(deep), by_hand()));
  EXPECT_EQ(found("\"" + std::string(31 * 2, 'a').insert(1, " ") + "\""), Ids{});
}

TEST_P(SearchContract, GivesExactlyTheTweetsThatTheMatcherTakes) {
  std::map<std::string, EnrichedTweet> kept;
  int next = 0;
  const bool agreed = rc::check("find() equals the matcher", [&] {
    Tweets batch;
    for (int n = 0; n < 4; ++n) {
      auto tweet = random_query::draw_tweet();
      tweet.tweet.id = std::to_string(++next);
      kept[tweet.tweet.id] = tweet;
      batch.push_back(std::move(tweet));
    }
    RC_ASSERT(place().index(batch).has_value());
    const Ids erased = {std::to_string(*rc::gen::inRange(1, next + 1))};
    if (*rc::gen::arbitrary<bool>()) {
      RC_ASSERT(place().remove(erased).has_value());
      kept.erase(erased[0]);
    }
    index({});
    Tweets tweets;
    for (const auto& [id, tweet] : kept) tweets.push_back(tweet);
    for (int n = 0; n < 5; ++n) {
      const Query query = *random_query::query();
      RC_LOG() << print(query) << '\n';
      RC_ASSERT(found(query) == taken(query, tweets));
    }
  });
  EXPECT_TRUE(agreed);
}

}  // namespace
}  // namespace tweetpulse::search_contract
