// What every SearchIndex promises about writing and pages; the rows at the end are the adapters of all suites.
#include "search/search_contract.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "search/adapters.h"
#include "search/elastic_place.h"

namespace tweetpulse::search_contract {
namespace {

class SqlitePlace final : public SearchPlace {
 public:
  SqlitePlace() {
    static std::atomic<int> counter{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("tweetpulse-search-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
  }
  ~SqlitePlace() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Result<std::unique_ptr<SearchIndex>> open() override {
    return tweetpulse::open(SqliteIndexConfig{folder_ / "search.db"});
  }

 private:
  std::filesystem::path folder_;
};

// Thirty tweets: some in the same second, with equal weights, with and without the word.
Tweets crowd() {
  Tweets all;
  for (int n = 0; n < 30; ++n) {
    all.push_back(with(post(n, n % 5 == 0 ? "cat and more cat" : "one cat"), [n](EnrichedTweet& e) {
      e.tweet.created_at = at(n / 4);
      e.tweet.metrics.likes = n % 3;
      if (n % 7 == 0) e.tweet.metrics.retweets = 5;
    }));
  }
  return all;
}

Ids ids_of(const SearchPage& page) {
  Ids ids;
  for (const auto& tweet : page.tweets) ids.push_back(tweet.tweet.id);
  return ids;
}

TEST_P(SearchContract, GivesBackATweetAsItWasWithoutRaw) {
  auto whole = with(post(1, "Ünïcode 🚀\ntext"), [](EnrichedTweet& e) {
    e.tweet.raw = "{}";
    e.tweet.metrics = {1, 2, 3, std::nullopt};
    e.tweet.media = {"photo"};
    e.analysis.hashtags = {{"Artemis", 0, 8}};
    e.analysis.sentiment = Sentiment::positive;
    e.analysis.score = 0.66;
    e.analysis.keywords = {"artemis", "pad"};
  });
  index({whole});
  const auto page = find("");
  ASSERT_EQ(page.tweets.size(), 1u);
  whole.tweet.raw.clear();
  EXPECT_EQ(page.tweets[0], whole);
}

TEST_P(SearchContract, ShowsANewestObservationWhateverTheOrder) {
  const auto old_one = post(1, "old words");
  const auto new_one = with(post(1, "new words"), [](EnrichedTweet& e) { e.tweet.observed_at = at(60); });
  index({old_one, new_one});
  index({with(post(2, "other"), [](EnrichedTweet& e) { e.tweet.observed_at = at(60); })});
  index({with(post(2, "stale words"), [](EnrichedTweet& e) { e.tweet.observed_at = at(30); })});
  EXPECT_EQ(found("new"), Ids{id_of(1)});
  EXPECT_EQ(found("old OR stale"), Ids{});
  EXPECT_EQ(found("other"), Ids{id_of(2)});
}

TEST_P(SearchContract, KeepsWordsThatANewObservationRepeats) {
  index({post(1, "same words")});
  index({with(post(1, "same words"), [](EnrichedTweet& e) {
    e.tweet.observed_at = at(60);
    e.tweet.metrics.likes = 9;
  })});
  EXPECT_EQ(found("same"), Ids{id_of(1)});
  EXPECT_EQ(find("same").tweets[0].tweet.metrics.likes, 9);
}

TEST_P(SearchContract, ChangesNothingWhenABatchComesAgain) {
  const Tweets batch = {post(1), post(2), action(Action::erase, id_of(2), 50), action(Action::erase, "999", 50),
                        author_action(Action::hide_author, "8", 50)};
  index(batch);
  const auto documents = revisions();
  index(batch);
  EXPECT_EQ(revisions(), documents);
  EXPECT_EQ(found(""), Ids{id_of(1)});
}

TEST_P(SearchContract, CountsUpItsChangeCounterWithEveryChange) {
  auto before = changes();
  index({post(1)});
  EXPECT_GT(changes(), before);
  before = changes();
  index({with(post(1), [](EnrichedTweet& e) { e.tweet.observed_at = at(9); })});
  EXPECT_GT(changes(), before);
  before = changes();
  remove({id_of(1)});
  EXPECT_GT(changes(), before);
}

TEST_P(SearchContract, KeepsEverythingOverAReopening) {
  index({post(1, "stays here"), post(2), action(Action::erase, id_of(2), 50)});
  const auto documents = revisions();
  reopen();
  EXPECT_EQ(found("stays"), Ids{id_of(1)});
  EXPECT_EQ(revisions(), documents);
  index({post(3, "stays too")});
  EXPECT_EQ(found("stays"), (Ids{id_of(1), id_of(3)}));
}

TEST_P(SearchContract, ListsRevisionsInByteOrderWithTombstones) {
  Tweets all = {post(1), with(post(2), [](EnrichedTweet& e) { e.tweet.id = "at://did/b"; }),
                with(post(3), [](EnrichedTweet& e) { e.tweet.id = "Z"; }), post(4), post(5)};
  index(all);
  remove({id_of(4)});
  const auto revision = [](const EnrichedTweet& tweet) {
    return tweet.tweet.id + "@" + std::to_string(revision_of(tweet.tweet));
  };
  EXPECT_EQ(revisions(),
            (Ids{revision(all[0]), id_of(4) + "@removed", revision(all[4]), revision(all[2]), revision(all[1])}));
}

TEST_P(SearchContract, TakesAnEmptyBatchAndAPing) {
  EXPECT_TRUE(index({}).empty());
  EXPECT_TRUE(place().ping());
  EXPECT_FALSE(place().adapter().empty());
}

TEST_P(SearchContract, WalksToTheEndAndBackAndGivesEveryMatchOnce) {
  index(crowd());
  for (const Sort sort : {Sort::recency, Sort::oldest, Sort::relevancy, Sort::engagement}) {
    const Ids all = ids_of(find("cat", {.sort = sort, .size = 100}));
    ASSERT_EQ(all.size(), 30u);
    Ids forward, backward;
    FindOptions options{.sort = sort, .size = 7};
    SearchPage page = find("cat", options);
    EXPECT_FALSE(page.more_before);
    for (;;) {
      const Ids ids = ids_of(page);
      forward.insert(forward.end(), ids.begin(), ids.end());
      if (!page.more_after) break;
      options.after = page.keys.back();
      page = find("cat", options);
      EXPECT_TRUE(page.more_before);
    }
    EXPECT_EQ(forward, all);
    options.after.reset();
    for (;;) {
      const Ids ids = ids_of(page);
      backward.insert(backward.begin(), ids.begin(), ids.end());
      if (!page.more_before) break;
      options.before = page.keys.front();
      page = find("cat", options);
      EXPECT_TRUE(page.more_after);
    }
    EXPECT_EQ(backward, all);
  }
}

TEST_P(SearchContract, GoesOnByRelevancyWhileOtherTweetsComeIn) {
  index(crowd());
  Ids all, walked;
  for (int n = 0; n < 30; ++n) all.push_back(id_of(n));
  FindOptions options{.sort = Sort::relevancy, .size = 7};
  for (int round = 0; round < 10; ++round) {
    const SearchPage page = find("cat", options);
    for (const auto& id : ids_of(page)) walked.push_back(id);
    if (!page.more_after) break;
    options.after = page.keys.back();
    Tweets others;
    for (int n = 0; n < 40; ++n) others.push_back(post(1000 + 40 * round + n, "quite other words"));
    index(others);
  }
  std::sort(walked.begin(), walked.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(walked, all);
}

TEST_P(SearchContract, OrdersByTimeThenId) {
  auto tied = post(1);
  tied.tweet.id = "200";
  index({post(1), post(3), tied, post(2)});
  EXPECT_EQ(ids_of(find("")), (Ids{id_of(3), id_of(2), "200", id_of(1)}));
  EXPECT_EQ(ids_of(find("", {.sort = Sort::oldest})), (Ids{id_of(1), "200", id_of(2), id_of(3)}));
}

TEST_P(SearchContract, OrdersByTheSumOfAllCounts) {
  index({with(post(1),
              [](EnrichedTweet& e) {
                e.tweet.metrics = {1, 2, 3, 4};
              }),
         with(post(2), [](EnrichedTweet& e) { e.tweet.metrics.quotes = 11; }), post(3),
         with(post(4), [](EnrichedTweet& e) { e.tweet.metrics.likes = 0; })});
  const auto page = find("", {.sort = Sort::engagement});
  EXPECT_EQ(ids_of(page), (Ids{id_of(2), id_of(1), id_of(4), id_of(3)}));
  EXPECT_EQ(page.keys[0].weight, 11);
}

TEST_P(SearchContract, PutsTheMostRelevantFirst) {
  index(
      {post(1, "cat cat cat"), post(2, "a cat among many many other words that say little"), post(3, "no such word")});
  EXPECT_EQ(ids_of(find("cat", {.sort = Sort::relevancy})), (Ids{id_of(1), id_of(2)}));
  EXPECT_EQ(ids_of(find("cat OR lang:en", {.sort = Sort::relevancy})), (Ids{id_of(1), id_of(2), id_of(3)}));
  EXPECT_EQ(ids_of(find("lang:en", {.sort = Sort::relevancy})), (Ids{id_of(3), id_of(2), id_of(1)}));
}

TEST_P(SearchContract, CountsExactlyUpToTenThousandUnlessAsked) {
  Tweets all;
  for (int n = 0; n < 10'001; ++n) all.push_back(post(n, n == 0 ? "last one" : "word"));
  index(all);
  const auto some = find("word"), many = find(""), exact = find("", {.track_total = true});
  EXPECT_TRUE(some.total_exact);
  EXPECT_EQ(some.total, 10'000);
  EXPECT_FALSE(many.total_exact);
  EXPECT_EQ(many.total, 10'000);
  EXPECT_TRUE(exact.total_exact);
  EXPECT_EQ(exact.total, 10'001);
  EXPECT_EQ(ids_of(many)[0], id_of(10'000));
}

TEST_P(SearchContract, PagesThroughADenseWordByTime) {
  Tweets all;
  for (int n = 0; n < 10'500; ++n) all.push_back(post(n, n % 100 == 0 ? "rare" : "word"));
  index(all);
  const auto first = find("word -lang:ja", {.size = 2});
  EXPECT_FALSE(first.total_exact);
  EXPECT_EQ(ids_of(first), (Ids{id_of(10'499), id_of(10'498)}));
  EXPECT_EQ(ids_of(find("word -lang:ja", {.size = 1, .after = first.keys[1]})), Ids{id_of(10'497)});
}

TEST_P(SearchContract, CountsFacetsOverAllMatchesInTheUsualSpelling) {
  const auto tagged = [](int number, std::vector<std::string> tags) {
    return with(post(number), [&](EnrichedTweet& e) {
      for (auto& tag : tags) e.analysis.hashtags.push_back({tag, 0, 1});
      e.analysis.names = {{"org", "NASA", 0, 1}, {"person", "nasa", 0, 1}};
      e.analysis.sentiment = Sentiment::positive;
    });
  };
  index({tagged(1, {"Mars", "MARS"}), tagged(2, {"Mars"}), tagged(3, {"mars", "Café"}), tagged(4, {"cafe"}), post(5)});
  const auto page = find("", {.size = 1, .facets = {"hashtags", "entities", "sentiment", "authors", "kind"}});
  const auto spelt = [&](const std::string& facet) {
    Ids out;
    for (const auto& value : page.facets.at(facet)) out.push_back(value.value + " " + std::to_string(value.count));
    return out;
  };
  EXPECT_EQ(spelt("hashtags")[0], "Mars 3");
  EXPECT_EQ(page.facets.at("hashtags")[1].count, 2);
  EXPECT_EQ(page.facets.at("entities").size(), 1u);
  EXPECT_EQ(page.facets.at("entities")[0].count, 4);
  EXPECT_EQ(spelt("sentiment")[0], "positive 4");
  EXPECT_EQ(spelt("authors"), Ids{"ada 5"});
  EXPECT_EQ(spelt("kind"), Ids{"original 5"});
  EXPECT_EQ(find("", {.facets = {"hashtags"}, .facet_size = 1}).facets.at("hashtags").size(), 1u);
}

TEST_P(SearchContract, RefusesAFacetThatDoesNotExist) {
  const auto page = place().find(Query{}, {.facets = {"colour"}});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::rejected);
}

TEST_P(SearchContract, AnswersFromManyThreadsWhileWriting) {
  index({post(0)});
  std::atomic<bool> failed = false;
  std::vector<std::jthread> threads;
  for (int reader = 0; reader < 4; ++reader) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        const auto page = place().find(question("words"), {.facets = {"lang"}});
        if (!page || page->tweets.empty()) failed = true;
      }
    });
  }
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      for (int n = 0; n < 20; ++n) {
        const Tweets one = {post(1 + writer * 20 + n)};
        if (!place().index(one)) failed = true;
      }
    });
  }
  threads.clear();
  EXPECT_FALSE(failed);
  index({});
  EXPECT_EQ(found("").size(), 41u);
}

}  // namespace

std::vector<SearchAdapter> adapters() {
  std::vector<SearchAdapter> all = {{"sqlite", [] { return std::make_unique<SqlitePlace>(); }}};
  for (const auto& [name, variable] : {std::pair("opensearch", "OPENSEARCH"), {"elasticsearch", "ELASTICSEARCH"}})
    if (const auto url = server_url(variable))
      all.push_back({name, [url = *url] { return std::make_unique<ElasticPlace>(url); }});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Adapters, SearchContract, testing::ValuesIn(adapters()), name_of);

}  // namespace tweetpulse::search_contract
