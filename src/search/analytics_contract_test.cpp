// What every SearchIndex promises about series, rankings and counts.
#include <algorithm>

#include "search/search_contract.h"

namespace tweetpulse::search_contract {
namespace {

EnrichedTweet scored(EnrichedTweet tweet, Sentiment label, double score) {
  tweet.analysis.sentiment = label;
  tweet.analysis.score = score;
  return tweet;
}

EnrichedTweet tagged(EnrichedTweet tweet, const Ids& tags) {
  for (const auto& tag : tags) tweet.analysis.hashtags.push_back({tag, 0, 1});
  return tweet;
}

EnrichedTweet from(EnrichedTweet tweet, std::string_view handle) {
  tweet.tweet.author.id = "id of " + std::string(handle);
  tweet.tweet.author.handle = handle;
  return tweet;
}

std::vector<Time> edges(std::initializer_list<int> seconds) {
  std::vector<Time> out;
  for (const int second : seconds) out.push_back(at(second));
  return out;
}

std::vector<std::int64_t> totals(const Series& series) {
  std::vector<std::int64_t> out;
  for (const auto& bucket : series.buckets) out.push_back(bucket.total());
  return out;
}

using Totals = std::vector<std::int64_t>;

TEST_P(SearchContract, GivesTheExtentOfTheMatchesInTime) {
  index({post(1), post(5, "cat"), post(9, "cat"), post(20),
         with(post(30, "cat"), [](EnrichedTweet& e) { e.tweet.withheld_in = {"XX"}; })});
  const auto extent = [&](std::string_view text) { return place().extent(question(text)).value(); };
  EXPECT_EQ(extent(""), std::make_pair(at(1), at(20)));
  EXPECT_EQ(extent("cat"), std::make_pair(at(5), at(9)));
  EXPECT_EQ(extent("-cat lang:en"), std::make_pair(at(1), at(20)));
  EXPECT_EQ(extent("dog"), std::nullopt);
  EXPECT_EQ(extent("lang:ja"), std::nullopt);
}

TEST_P(SearchContract, PutsEachTweetIntoTheBucketOfItsTime) {
  index({scored(post(9), Sentiment::positive, 1), scored(post(10), Sentiment::positive, 0.5),
         scored(post(19), Sentiment::negative, -0.25), post(20), scored(post(29), Sentiment::neutral, 0), post(30)});
  const auto series = place().series(Query{}, edges({10, 20, 25, 30}), "", false).value();
  ASSERT_EQ(series.size(), 1u);
  EXPECT_EQ(series[0].name, "");
  EXPECT_EQ(totals(series[0]), (Totals{2, 1, 1}));
  const Mood& first = series[0].buckets[0];
  EXPECT_EQ(first.positive, 1);
  EXPECT_EQ(first.negative, 1);
  EXPECT_DOUBLE_EQ(first.score_sum, 0.25);
  EXPECT_EQ(series[0].buckets[1].unscored, 1);
  EXPECT_EQ(series[0].buckets[2].neutral, 1);
}

TEST_P(SearchContract, GroupsASeriesByLabelAndKeepsTheUnscored) {
  index({scored(post(1), Sentiment::positive, 1), scored(post(2), Sentiment::positive, 1),
         scored(post(3), Sentiment::negative, -1), post(4)});
  const auto series = place().series(Query{}, edges({0, 3, 10}), "sentiment", false).value();
  ASSERT_EQ(series.size(), 3u);
  EXPECT_EQ(series[0].name, "positive");
  EXPECT_EQ(totals(series[0]), (Totals{2, 0}));
  EXPECT_EQ(series[1].name, "negative");
  EXPECT_EQ(series[2].name, "unscored");
  EXPECT_EQ(totals(series[2]), (Totals{0, 1}));
}

TEST_P(SearchContract, GroupsTheRestBehindTenSeries) {
  Tweets all;
  for (int n = 0; n < 12; ++n) {
    for (int times = n; times < 12; ++times) {
      all.push_back(tagged(post(n * 20 + times), {"tag" + std::to_string(10 + n), n == 0 ? "TAG10" : ""}));
    }
  }
  all.push_back(post(500));
  index(all);
  const auto series = place().series(Query{}, edges({0, 1000}), "hashtag", false).value();
  ASSERT_EQ(series.size(), 11u);
  EXPECT_EQ(totals(series[0]), Totals{12});
  EXPECT_EQ(series[9].name, "tag19");
  EXPECT_EQ(series[10].name, "other");
  EXPECT_EQ(totals(series[10]), Totals{2 + 1 + 1});
}

TEST_P(SearchContract, CountsDistinctAuthorsInASeries) {
  index({from(post(1), "a"), from(post(2), "a"), from(post(3), "b"), from(post(11), "a")});
  const auto series = place().series(Query{}, edges({0, 10, 20}), "", true).value();
  EXPECT_EQ(totals(series[0]), (Totals{2, 1}));
  const auto by_author = place().series(Query{}, edges({0, 10, 20}), "author", true).value();
  ASSERT_EQ(by_author.size(), 2u);
  EXPECT_EQ(by_author[0].name, "a");
  EXPECT_EQ(totals(by_author[0]), (Totals{1, 1}));
}

TEST_P(SearchContract, RanksValuesWithMoodAndNewestSamples) {
  index({tagged(scored(post(1), Sentiment::positive, 1), {"Artemis", "NASA"}), tagged(post(2), {"artemis"}),
         tagged(scored(post(3), Sentiment::negative, -1), {"Artemis"}), tagged(post(4), {"Artemis", "ARTEMIS"}),
         tagged(post(5), {"Moon"}), post(6)});
  const auto page = place().top(Query{}, {.size = 2}).value();
  ASSERT_EQ(page.values.size(), 2u);
  EXPECT_EQ(page.values[0].type, "hashtag");
  EXPECT_EQ(page.values[0].value, "Artemis");
  EXPECT_EQ(page.values[0].count, 4);
  EXPECT_EQ(page.values[0].mood.positive, 1);
  EXPECT_EQ(page.values[0].mood.unscored, 2);
  EXPECT_EQ(page.values[0].sample_ids, (Ids{id_of(4), id_of(3), id_of(2)}));
  EXPECT_EQ(page.values[1].value, "Moon");
  EXPECT_EQ(page.distinct, 3);
  EXPECT_EQ(page.other, 1);
}

TEST_P(SearchContract, BreaksTiesOfSamplesById) {
  Tweets all;
  for (const char* id : {"2", "9", "1", "5", "7"}) {
    all.push_back(with(tagged(post(1), {"same"}), [id](EnrichedTweet& e) { e.tweet.id = id; }));
  }
  index(all);
  EXPECT_EQ(place().top(Query{}, {}).value().values[0].sample_ids, (Ids{"9", "7", "5"}));
}

TEST_P(SearchContract, RanksEveryKindOfValue) {
  index({with(post(1), [](EnrichedTweet& e) {
    e.analysis.mentions = {{"esa", "", 0, 1}};
    e.analysis.cashtags = {{"TSLA", 0, 1}};
    e.analysis.urls = {{"https://t.co/1", "nasa.gov", "https://nasa.gov/a", "", 0, 1}};
    e.analysis.names = {
        {"person", "Ada", 0, 1}, {"place", "Rome", 0, 1}, {"product", "Saturn V", 0, 1}, {"org", "ESA", 0, 1}};
    e.analysis.keywords = {"launch pad"};
  })});
  const auto best = [&](const std::string& field) {
    const auto page = place().top(Query{}, {.field = field}).value();
    return page.values.size() == 1 ? page.values[0].value : "?";
  };
  EXPECT_EQ(best("mention"), "esa");
  EXPECT_EQ(best("cashtag"), "TSLA");
  EXPECT_EQ(best("url"), "https://nasa.gov/a");
  EXPECT_EQ(best("domain"), "nasa.gov");
  EXPECT_EQ(best("keyword"), "launch pad");
  EXPECT_EQ(best("author"), "ada");
  EXPECT_EQ(best("lang"), "en");
  EXPECT_EQ(best("person"), "Ada");
  EXPECT_EQ(best("place"), "Rome");
  EXPECT_EQ(best("product"), "Saturn V");
  EXPECT_EQ(best("org"), "ESA");
}

TEST_P(SearchContract, RanksByDistinctAuthorsWhenAsked) {
  index({from(tagged(post(1), {"loud"}), "a"), from(tagged(post(2), {"loud"}), "a"),
         from(tagged(post(3), {"loud"}), "a"), from(tagged(post(4), {"wide"}), "b"),
         from(tagged(post(5), {"wide"}), "c")});
  const auto page = place().top(Query{}, {.count_authors = true}).value();
  EXPECT_EQ(page.values[0].value, "wide");
  EXPECT_EQ(page.values[0].count, 2);
  EXPECT_EQ(page.values[1].count, 1);
  EXPECT_EQ(page.values[1].mood.total(), 3);
}

TEST_P(SearchContract, CountsGivenValuesHoweverSpelt) {
  index({tagged(post(1), {"Café"}), tagged(post(2), {"cafe", "x"}), tagged(post(30), {"cafe"})});
  const Ids wanted = {"CAFE", "x", "none"};
  const auto counts = place().counts(question("until:2026-03-01T12:00:10Z"), {}, wanted).value();
  EXPECT_EQ(counts, (std::map<std::string, std::int64_t>{{"CAFE", 2}, {"none", 0}, {"x", 1}}));
  const auto authors = place().counts(Query{}, {.count_authors = true}, wanted).value();
  EXPECT_EQ(authors.at("CAFE"), 1);
}

TEST_P(SearchContract, AnswersAnalyticsOnlyOverWhatMatches) {
  index({tagged(post(1, "cat"), {"a"}), tagged(post(2, "dog"), {"b"}),
         with(tagged(post(3, "cat"), {"c"}), [](EnrichedTweet& e) { e.tweet.withheld_in = {"XX"}; })});
  const auto page = place().top(question("cat"), {}).value();
  ASSERT_EQ(page.values.size(), 1u);
  EXPECT_EQ(page.values[0].value, "a");
  EXPECT_EQ(totals(place().series(question("cat"), edges({0, 10}), "", false).value()[0]), Totals{1});
  EXPECT_EQ(totals(place().series(Query{}, edges({0, 10}), "lang", false).value()[0]), Totals{2});
}

TEST_P(SearchContract, RefusesAFieldThatDoesNotExist) {
  EXPECT_EQ(place().top(Query{}, {.field = "colour"}).error().code, ErrorCode::rejected);
  EXPECT_EQ(place().series(Query{}, edges({0, 1}), "colour", false).error().code, ErrorCode::rejected);
  EXPECT_EQ(place().series(Query{}, edges({0}), "", false).error().code, ErrorCode::rejected);
}

}  // namespace
}  // namespace tweetpulse::search_contract
