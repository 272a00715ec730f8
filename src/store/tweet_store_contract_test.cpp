// What every store promises of posts: once, newest, counted, readable. Actions: actions_contract_test.cpp.
#include <algorithm>

#include "store/store_contract.h"

namespace tweetpulse {
namespace {

INSTANTIATE_TEST_SUITE_P(All, StoreContract, testing::ValuesIn(store_adapters()),
                         [](const auto& adapter) { return adapter.param.name; });

TEST_P(StoreContract, GivesBackWhatWasSavedWithoutItsRaw) {
  auto post = a_post("10");
  post.tweet.declared.hashtags = {{"NASA", 24, 29}};
  save({post});
  EXPECT_EQ(*store->raw("10"), post.tweet.raw);
  post.tweet.raw.clear();
  EXPECT_EQ(stored("10"), post);
}

TEST_P(StoreContract, KeepsRowsAndHoursUnderRedelivery) {
  const std::vector<EnrichedTweet> batch = {a_post("1"), a_post("2", 5), a_post("3", 4000)};
  EXPECT_EQ(save_from("w1", batch, {"a", "b", "c"}).created, 3);
  const auto before = dump();
  EXPECT_EQ(save_from("w1", batch, {"a", "b", "c"}).redelivered, 3);
  EXPECT_EQ(save_from("w2", batch, {"a", "b", "c"}).redelivered, 3);
  EXPECT_EQ(save_from("w2", batch, {"d", "e", "f"}).duplicate, 3);
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(counted(), 3);
  expect_hours_equal_recount();
}

TEST_P(StoreContract, CountsRedeliveredEntriesOnceInTheWorkerTotals) {
  save_from("w1", {a_post("1"), a_post("2")}, {"a", "b"});
  save_from("w1", {a_post("1"), a_post("2"), a_post("3")}, {"a", "b", "c"});
  const auto totals = store->books().worker_totals();
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->done(), 3);
  expect_books_equal_rows();
}

TEST_P(StoreContract, KnowsABatchThatComesBackOneByOne) {
  save_from("w1", {a_post("1"), a_post("2"), a_post("3")}, {"a", "b", "c"});
  EXPECT_EQ(save_from("w1", {a_post("1")}, {"a"}).redelivered, 1);
  EXPECT_EQ(save_from("w1", {a_post("2")}, {"b"}).redelivered, 1);
  EXPECT_EQ(save_from("w1", {a_post("3"), a_post("4")}, {"c", "d"}).redelivered, 1);
  EXPECT_EQ(save_from("w1", {a_post("4")}, {"d"}).redelivered, 1);
  expect_books_equal_rows();
}

TEST_P(StoreContract, TakesAnotherTweetUnderAReceiptThatALostQueueGaveBefore) {
  save_from("w1", {a_post("1")}, {"1"});
  EXPECT_EQ(save_from("w1", {a_post("2")}, {"1"}).created, 1);
  EXPECT_TRUE(stored("2"));
}

TEST_P(StoreContract, FoldsABatchThatHoldsAnIdSeveralTimes) {
  const auto post = a_post("1");
  const auto report = save({observed(post, 9, 9), post, observed(post, 5, 5), post});
  EXPECT_EQ(report.created, 1);
  EXPECT_EQ(stored("1")->tweet.metrics.likes, 9);
  EXPECT_EQ(counted(), 1);
}

TEST_P(StoreContract, KeepsTheNewestObservationInAnyOrder) {
  const auto post = a_post("1");
  save({observed(post, 9, 9)});
  EXPECT_EQ(save({observed(post, 5, 5)}).duplicate, 1);
  EXPECT_EQ(stored("1")->tweet.metrics.likes, 9);
  EXPECT_EQ(save({observed(post, 10, 2)}).changed, 1);
  EXPECT_EQ(stored("1")->tweet.metrics.likes, 2);
}

TEST_P(StoreContract, MovesTheHourWhenDimensionsChange) {
  auto post = a_post("1");
  save({post});
  post.analysis.language = "es";
  post.analysis.sentiment.reset();
  save({observed(post, 7, 1)});
  const auto langs = store->hourly(Dimension::lang, {}, {}, {}, 10);
  ASSERT_EQ(langs->size(), 1U);
  EXPECT_EQ(langs->front().value, "es");
  EXPECT_EQ(store->hourly(Dimension::sentiment, {}, {}, {}, 10)->front().value, "unscored");
  expect_hours_equal_recount();
}

TEST_P(StoreContract, CountsByTheHourOfThePostAlsoBefore1970) {
  auto post = a_post("1");
  post.tweet.created_at = from_ms(-1);
  save({post});
  EXPECT_EQ(store->hourly(Dimension::none, {}, {}, {}, 10)->front().hour, from_ms(-3'600'000));
  expect_hours_equal_recount();
}

TEST_P(StoreContract, KnowsWhatItHolds) {
  const auto post = a_post("1");
  save({observed(post, 5, 5), an_action(Action::erase, "2", 1)});
  const std::vector<Tweet> tweets = {
      post.tweet,        observed(post, 5, 5).tweet, observed(post, 6, 5).tweet, observed(post, 6, 6).tweet,
      a_post("2").tweet, a_post("3").tweet};
  const auto held = store->contains(tweets);
  ASSERT_TRUE(held);
  EXPECT_EQ(*held, (std::vector<Held>{Held::same_or_newer, Held::same_or_newer, Held::same_or_newer, Held::older,
                                      Held::same_or_newer, Held::absent}));
}

TEST_P(StoreContract, FindsPageByPageInBothOrders) {
  std::vector<EnrichedTweet> posts;
  for (int i = 0; i < 25; ++i) posts.push_back(a_post("id" + std::to_string(100 + i), i / 3));
  save(posts);
  for (const bool descending : {true, false}) {
    TweetFilter filter{.descending = descending, .limit = 4};
    std::vector<std::string> ids;
    for (;;) {
      const auto page = store->find(filter);
      ASSERT_TRUE(page);
      if (page->empty()) break;
      for (const auto& tweet : *page) ids.push_back(tweet.tweet.id);
      const Position last{page->back().tweet.created_at, page->back().tweet.id};
      (descending ? filter.before : filter.after) = last;
    }
    if (descending) std::reverse(ids.begin(), ids.end());
    EXPECT_EQ(ids.size(), 25U);
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  }
}

TEST_P(StoreContract, FindsByEachField) {
  auto reply = a_post("2", 10, "8");
  reply.tweet.author.handle = "Bob.Example";
  reply.tweet.reply_to = "1";
  reply.analysis.language = "es";
  reply.analysis.sentiment.reset();
  save({a_post("1"), reply});
  const auto only = [&](TweetFilter filter) {
    const auto found = store->find(filter);
    return found && found->size() == 1 ? found->front().tweet.id : std::string("?");
  };
  EXPECT_EQ(only({.authors = {"@bob.EXAMPLE"}}), "2");
  EXPECT_EQ(only({.authors = {"8"}}), "2");
  EXPECT_EQ(only({.langs = {"es", "fr"}}), "2");
  EXPECT_EQ(only({.sentiments = {std::nullopt}}), "2");
  EXPECT_EQ(only({.sentiments = {Sentiment::positive, Sentiment::negative}}), "1");
  EXPECT_EQ(only({.kinds = {Kind::reply}}), "2");
  EXPECT_EQ(only({.from = at(10)}), "2");
  EXPECT_EQ(only({.to = at(10)}), "1");
  EXPECT_EQ(store->find({.authors = {"8", "ada_l"}, .langs = {"en", "es"}})->size(), 2U);
}

TEST_P(StoreContract, PagesThroughHours) {
  std::vector<EnrichedTweet> posts;
  for (int i = 0; i < 12; ++i) {
    posts.push_back(a_post(std::to_string(i), 3600 * (i / 2)));
    posts.back().analysis.language = i % 2 == 0 ? "en" : "";
  }
  save(posts);
  std::vector<HourCount> all;
  std::optional<HourCount> after;
  for (;;) {
    const auto page = store->hourly(Dimension::lang, at(0) - std::chrono::hours(1), {}, after, 5);
    ASSERT_TRUE(page);
    if (page->empty()) break;
    all.insert(all.end(), page->begin(), page->end());
    after = page->back();
  }
  ASSERT_EQ(all.size(), 12U);
  EXPECT_EQ(all[0].value, "en");
  EXPECT_EQ(all[1].value, "und");
  EXPECT_EQ(store->hourly(Dimension::none, at(3600), at(7200), {}, 10)->size(), 1U);
}

TEST_P(StoreContract, GivesTheHourRowsThatChangedZerosIncluded) {
  const Time start = now();
  save({a_post("1"), a_post("2", 3600), a_post("3", 7200)});
  save({an_action(Action::erase, "2", 9)});
  const auto rows = store->hour_rows(start, {}, 10);
  ASSERT_TRUE(rows) << rows.error().what;
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ(rows->at(0).hour, hour_of(at(0)));
  EXPECT_EQ(rows->at(0).source + rows->at(0).kind + rows->at(0).lang + rows->at(0).sentiment, "xoriginalenpositive");
  EXPECT_EQ(rows->at(0).tweets, 1);
  EXPECT_EQ(rows->at(1).tweets, 0);
  EXPECT_GE(rows->at(1).changed_at, start);
  EXPECT_LE(rows->at(1).changed_at, now());
  EXPECT_TRUE(store->hour_rows(now() + std::chrono::hours(1), {}, 10)->empty());
}

TEST_P(StoreContract, LeavesTheTimeOfAnHourRowAloneWhoseCountStays) {
  save({a_post("1")});
  const auto before = store->hour_rows({}, {}, 10);
  save({a_post("1"), observed(a_post("1"), 50, 3)});
  EXPECT_EQ(*store->hour_rows({}, {}, 10), *before);
}

TEST_P(StoreContract, PagesThroughHourRowsInTheOrderOfTheirKey) {
  std::vector<EnrichedTweet> posts;
  for (int i = 0; i < 12; ++i) {
    posts.push_back(a_post(std::to_string(i), 3600 * (i / 4)));
    posts.back().analysis.language = i % 2 == 0 ? "en" : "";
    posts.back().tweet.source = i % 4 < 2 ? "x" : "B";
  }
  save(posts);
  for (const Time since : {Time{}, now() - std::chrono::hours(1)}) {
    std::vector<HourRow> all;
    for (;;) {
      const auto page = store->hour_rows(since, all.empty() ? std::nullopt : std::optional(all.back()), 5);
      ASSERT_TRUE(page) << page.error().what;
      if (page->empty()) break;
      all.insert(all.end(), page->begin(), page->end());
    }
    ASSERT_EQ(all.size(), 12U);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.key() < b.key(); }));
  }
}

TEST_P(StoreContract, MarksMendedHourRowsAsChanged) {
  start({.aggregations = false});
  save({a_post("1")});
  const Time start_of_repair = now();
  ASSERT_TRUE(store->repair_hours());
  const auto rows = store->hour_rows(start_of_repair, {}, 10);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().tweets, 1);
}

TEST_P(StoreContract, WalksAllRowsInByteOrderOfId) {
  save({a_post("b"), a_post("a"), a_post("B"), an_action(Action::erase, "\u00e9", 1)});
  const auto first = store->revisions("", 2);
  ASSERT_EQ(first->size(), 2U);
  EXPECT_EQ(first->front().id, "B");
  const auto rest = store->revisions(first->back().id, 10);
  ASSERT_EQ(rest->size(), 2U);
  EXPECT_EQ(rest->back().revision, kTombstoneRevision);
}

TEST_P(StoreContract, KnowsThePositionOfATweet) {
  save({a_post("1", 5)});
  EXPECT_EQ(*store->position("1"), (Position{at(5), "1"}));
  EXPECT_FALSE(*store->position("2"));
}

TEST_P(StoreContract, GrowsItsCounterWithEachChangeAlone) {
  const auto before = *store->change_counter();
  save({a_post("1")});
  const auto after = *store->change_counter();
  EXPECT_GT(after, before);
  save({a_post("1")});
  ASSERT_TRUE(store->ping());
  EXPECT_EQ(*store->change_counter(), after);
}

TEST_P(StoreContract, WritesNoHoursWithoutAggregationsAndCompletesThemLater) {
  start({.aggregations = false});
  save({a_post("1"), a_post("2")});
  EXPECT_EQ(store->recount()->hour_rows, 0);
  start({});
  EXPECT_EQ(counted(), 2);
  expect_hours_equal_recount();
}

TEST_P(StoreContract, KeepsEverythingOverAReopening) {
  save({a_post("1"), an_action(Action::erase, "2", 3)});
  const auto before = dump();
  store.reset();
  start({});
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(save({a_post("1")}).duplicate, 1);
}

TEST_P(StoreContract, ServesTwoWritersAtOnce) {
  const auto other = open_again();
  save({a_post("1")});
  const std::vector<EnrichedTweet> batch = {a_post("1"), a_post("2")};
  const auto report = other->save(batch, {"w2", {"x", "y"}});
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->created, 1);
  EXPECT_EQ(report->duplicate, 1);
  EXPECT_EQ(visible_ids().size(), 2U);
  expect_books_equal_rows();
}

}  // namespace
}  // namespace tweetpulse
