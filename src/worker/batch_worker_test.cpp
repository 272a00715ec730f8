#include "worker/batch_worker.h"

#include <gtest/gtest.h>

#include <thread>

#include "feed/adapters.h"
#include "queue/adapters.h"
#include "search/adapters.h"
#include "store/adapters.h"
#include "support/faulty_store.h"
#include "support/temp_folder.h"
#include "worker/index_step.h"
#include "worker/persist_step.h"
#include "worker/reconcile.h"

namespace tweetpulse {
namespace {

class WorkerTest : public testing::Test {
 protected:
  void push(int count, const std::string& prefix = "1") {
    std::vector<Tweet> tweets;
    for (int i = 0; i < count; ++i)
      tweets.push_back({.id = prefix + std::to_string(i),
                        .source = "x",
                        .text = "I love number " + std::to_string(i),
                        .created_at = from_ms(1'562'135'344'657),
                        .received_at = now(),
                        .author = {.id = "7"}});
    ASSERT_TRUE(queue->push(tweets));
  }
  GroupStatus group(const std::string& name) {
    const auto status = queue->status();
    for (const auto& one : status->groups)
      if (one.name == name) return one;
    return {};
  }
  // Runs a worker until its group is at rest, or `until` says so.
  Result<std::int64_t> run(BatchWorker& worker, const std::string& name, const std::function<bool()>& until = {}) {
    Result<std::int64_t> left = 0;
    std::jthread thread([&](const std::stop_token& stop) { left = worker.run(stop); });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < end) {
      const auto now_is = group(name);
      if (until ? until() : now_is.lag == 0 && now_is.pending == 0) break;
      std::this_thread::sleep_for(milliseconds(5));
    }
    thread.request_stop();
    thread.join();
    return left;
  }
  BatchWorker persist_worker(std::size_t batch = 10, int attempts = 5) {
    return {*queue,
            store.books(),
            {.group = "persist", .id = "p", .role = "persist-worker", .batch_size = batch, .attempts = attempts},
            make_persist_step(store, *queue, *feed, enricher, "p")};
  }
  BatchWorker index_worker() {
    return {*queue,
            store.books(),
            {.group = "elastic", .id = "e", .role = "elastic-worker", .batch_size = 10},
            make_index_step(*index, *feed, enricher)};
  }

  testing_support::TempFolder folder;
  std::unique_ptr<Queue> queue = open(SqliteQueueConfig{.file = folder.path() / "queue.db"}).value();
  std::unique_ptr<TweetStore> real = open(SqliteStoreConfig{.file = folder.path() / "store.db"}).value();
  std::unique_ptr<SearchIndex> index = open(SqliteIndexConfig{.file = folder.path() / "search.db"}).value();
  std::unique_ptr<LiveFeed> feed = open(LocalFeedConfig{}).value();
  testing_support::FaultyStore store{*real};
  Enricher enricher{Profile::full, 2};
};

TEST_F(WorkerTest, StoresAndAcksEverything) {
  push(25);
  auto worker = persist_worker();
  ASSERT_TRUE(run(worker, "persist"));
  EXPECT_EQ(real->recount()->live_rows, 25);
  EXPECT_EQ(group("persist").done, 25);
  EXPECT_EQ(real->books().worker_totals()->created, 25);
}

TEST_F(WorkerTest, AStoreThatIsAwayLosesNothingAndBuriesNothing) {
  push(5);
  store.fail_next(4);
  auto worker = persist_worker();
  ASSERT_TRUE(run(worker, "persist"));
  EXPECT_EQ(store.saves(), 5);
  EXPECT_EQ(real->recount()->live_rows, 5);
  EXPECT_EQ(group("persist").buried, 0);
}

TEST_F(WorkerTest, OneBadTweetIsBuriedAndItsNeighboursAreStored) {
  push(9);
  store.reject("14");
  auto worker = persist_worker();
  ASSERT_TRUE(run(worker, "persist"));
  EXPECT_EQ(real->recount()->live_rows, 8);
  const auto letters = queue->dead_letters({.group = "persist"}, 10, "");
  ASSERT_EQ(letters->letters.size(), 1u);
  EXPECT_EQ(letters->letters[0].tweet_id, "14");
  EXPECT_EQ(group("persist").done + group("persist").buried, 9);
}

TEST_F(WorkerTest, StoppedWhileTheSinkIsAwayItLeavesTheBatchPending) {
  push(3);
  store.fail_next(1'000'000);
  auto worker = persist_worker();
  const auto left = run(worker, "persist", [&] { return store.saves() > 1; });
  EXPECT_EQ(*left, 3);
  EXPECT_EQ(group("persist").pending, 3);
  store.fail_next(0);
  auto again = persist_worker();
  ASSERT_TRUE(run(again, "persist"));
  EXPECT_EQ(real->recount()->live_rows, 3);
  EXPECT_EQ(group("persist").buried, 0);
}

TEST_F(WorkerTest, ADamagedStoreIsToldAndBuriesNothing) {
  push(3);
  store.damage();
  auto worker = persist_worker();
  EXPECT_FALSE(worker.damage());
  EXPECT_EQ(*run(worker, "persist", [&] { return worker.damage().has_value(); }), 3);
  EXPECT_EQ(group("persist").pending, 3);
  EXPECT_EQ(group("persist").buried, 0);
}

TEST_F(WorkerTest, AnEntryThatKillsItsHoldersIsBuried) {
  push(1);
  for (int life = 0; life < 7; ++life) {
    auto reader = queue->join("persist", "p").value();
    const auto batch = reader->read(10, milliseconds(0)).value();
    ASSERT_EQ(batch.size(), 1u);
    if (batch[0].attempt >= 3) {
      ASSERT_TRUE(reader->suspect(batch[0]));
    }
  }
  auto worker = persist_worker();
  ASSERT_TRUE(run(worker, "persist"));
  EXPECT_EQ(queue->dead_letters({.group = "persist", .reason = "kills_worker"}, 10, "")->letters.size(), 1u);
  EXPECT_EQ(real->recount()->rows, 0);
}

TEST_F(WorkerTest, CleanRestartsNeverMakeAnEntryDeadly) {
  push(1);
  store.fail_next(1'000'000);
  for (int life = 0; life < 8; ++life) {
    auto worker = persist_worker();
    const int before = store.saves();
    ASSERT_TRUE(run(worker, "persist", [&] { return store.saves() > before; }));
  }
  store.fail_next(0);
  auto worker = persist_worker();
  ASSERT_TRUE(run(worker, "persist"));
  EXPECT_EQ(real->recount()->live_rows, 1);
}

TEST_F(WorkerTest, BothGroupsTogetherAnalyseEachTweetOnce) {
  push(200);
  auto persist = persist_worker();
  auto elastic = index_worker();
  std::jthread other([&](const std::stop_token& stop) { (void)elastic.run(stop); });
  ASSERT_TRUE(run(persist, "persist", [&] {
    return group("persist").lag + group("persist").pending + group("elastic").lag + group("elastic").pending == 0;
  }));
  other.request_stop();
  other.join();
  EXPECT_EQ(enricher.analysed(), 200);
  const auto drift = reconcile(*real, *index, *queue, Repair::none);
  EXPECT_TRUE(drift->none());
  EXPECT_EQ(drift->documents, 200);
}

TEST_F(WorkerTest, TheFeedShowsWhatIsSearchableAndWhatIsErased) {
  std::vector<std::string> seen;
  std::mutex mutex;
  const auto watching = feed->subscribe([&](std::span<const FeedEvent> events) {
    const std::lock_guard lock(mutex);
    for (const auto& event : events)
      seen.push_back(event.type == FeedEvent::Type::tweet ? "tweet " + event.tweet->tweet.id : "removed " + event.id);
  });
  push(1);
  Tweet erase{.id = "10", .source = "x", .received_at = now(), .action = Action::erase, .event_at = now()};
  auto elastic = index_worker();
  ASSERT_TRUE(run(elastic, "elastic"));
  ASSERT_TRUE(queue->push({&erase, 1}));
  auto persist = persist_worker();
  ASSERT_TRUE(run(persist, "persist"));
  EXPECT_EQ(seen, (std::vector<std::string>{"tweet 10", "removed 10"}));
}

TEST_F(WorkerTest, ReconcilingRefillsAnIndexThatWasLost) {
  push(40);
  auto persist = persist_worker();
  ASSERT_TRUE(run(persist, "persist"));
  EXPECT_EQ(reconcile(*real, *index, *queue, Repair::all)->missing, 40);
  const auto after = reconcile(*real, *index, *queue, Repair::none);
  EXPECT_TRUE(after->none());
  EXPECT_EQ(after->documents, 40);
}

}  // namespace
}  // namespace tweetpulse
