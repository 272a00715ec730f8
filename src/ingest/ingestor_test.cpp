#include "ingest/ingestor.h"

#include <gtest/gtest.h>

#include "coordination/adapters.h"
#include "ingest/source_runner.h"
#include "ingest/watermark.h"
#include "queue/adapters.h"
#include "store/adapters.h"
#include "support/faulty_store.h"
#include "support/temp_folder.h"

namespace tweetpulse {
namespace {

Tweet tweet(const std::string& id, std::int64_t likes = 0) {
  return {.id = id,
          .source = "x",
          .text = "text of " + id,
          .created_at = from_ms(1'562'135'344'657),
          .received_at = now(),
          .author = {.id = "7", .handle = "ada"},
          .metrics = {.likes = likes}};
}

Received line(std::vector<Tweet> tweets) {
  return {std::move(tweets), {}};
}
Received refused(const std::string& reason, const std::string& place) {
  return {{}, RefusedLine{reason, "{\"id\":", place}};
}

class IngestTest : public testing::Test {
 protected:
  Intake take(std::vector<Received> batch) {
    auto intake = ingestor.take(batch, "test@");
    EXPECT_TRUE(intake) << intake.error().what;
    return *intake;
  }
  std::vector<Tweet> queued() {
    auto reader = queue->join("persist", "test").value();
    std::vector<Tweet> all;
    for (;;) {
      const auto batch = reader->read(100, milliseconds(0)).value();
      if (batch.empty()) return all;
      for (const auto& delivery : batch) all.push_back(delivery.tweet);
      EXPECT_TRUE(reader->ack(batch));
    }
  }
  void store_all() {
    std::vector<EnrichedTweet> enriched;
    BatchOrigin origin{.consumer = "test"};
    for (auto& one : queued()) {
      origin.receipts.push_back(one.id + std::to_string(enriched.size()));
      enriched.push_back({one, {}});
    }
    ASSERT_TRUE(real->save(enriched, origin));
  }

  testing_support::TempFolder folder;
  std::unique_ptr<Queue> queue = open(SqliteQueueConfig{.file = folder.path() / "queue.db"}).value();
  std::unique_ptr<TweetStore> real = open(SqliteStoreConfig{.file = folder.path() / "store.db"}).value();
  std::unique_ptr<SeenFilter> seen = open(LocalSeenFilterConfig{.capacity = 1000}).value();
  testing_support::FaultyStore store{*real};
  Ingestor ingestor{*queue, *seen, store, "test"};
};

TEST_F(IngestTest, EveryReceivedTweetIsInExactlyOneClass) {
  const auto intake =
      take({line({tweet("1"), tweet("2")}), refused("not_json", "3"), {{}, FilteredLine{"like"}}, line({tweet("2")})});
  EXPECT_EQ(intake.tally.received, 5);
  EXPECT_EQ(intake.tally.accepted, 2);
  EXPECT_EQ(intake.tally.duplicate, 1);
  EXPECT_EQ(intake.tally.filtered, 1);
  EXPECT_EQ(intake.tally.refused.at("not_json"), 1);
  EXPECT_EQ(intake.reasons, (std::vector<std::string>{"", "not_json", "", ""}));
  EXPECT_EQ(queued().size(), 2u);
}

TEST_F(IngestTest, OfOneIdInABatchTheNewestObservationIsKept) {
  take({line({tweet("1", 5)}), line({tweet("1", 9)}), line({tweet("1", 7)})});
  const auto all = queued();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].metrics.likes, 9);
}

TEST_F(IngestTest, AStoredTweetIsADuplicateAndANewerObservationIsNot) {
  take({line({tweet("1", 5)})});
  store_all();
  EXPECT_EQ(take({line({tweet("1", 5)})}).tally.duplicate, 1);
  EXPECT_EQ(take({line({tweet("1", 6)})}).tally.accepted, 1);
}

TEST_F(IngestTest, AHitOfTheFilterThatTheStoreDoesNotKnowIsPassedOn) {
  std::vector<std::string_view> ids = {"1"};
  seen->add(ids);
  EXPECT_EQ(take({line({tweet("1")})}).tally.accepted, 1);
}

TEST_F(IngestTest, WithoutTheStoreAHitIsPassedOnUnconfirmed) {
  take({line({tweet("1")})});
  store.fail_contains(true);
  const auto intake = take({line({tweet("1")})});
  EXPECT_EQ(intake.tally.accepted, 1);
  EXPECT_EQ(intake.tally.unconfirmed, 1);
}

TEST_F(IngestTest, ARefusedLineThatComesAgainIsOneDeadLetter) {
  take({refused("not_json", "file:3")});
  take({refused("not_json", "file:3")});
  EXPECT_EQ(queue->dead_letters({.group = "ingest"}, 10, "")->letters.size(), 1u);
}

TEST_F(IngestTest, ActionsAreNeverFiltered) {
  Tweet erase{.id = "1", .source = "x", .received_at = now(), .action = Action::erase, .event_at = now()};
  take({line({erase}), line({erase})});
  EXPECT_EQ(queued().size(), 2u);
}

TEST_F(IngestTest, APostOfAnErasedAuthorIsRefusedWithoutItsText) {
  Tweet erase{.id = "x:7:erase_author:1",
              .source = "x",
              .received_at = now(),
              .author = {.id = "7"},
              .action = Action::erase_author,
              .event_at = now()};
  take({line({erase})});
  store_all();
  const auto intake = take({line({tweet("99")})});
  EXPECT_EQ(intake.tally.refused.at("author_erased"), 1);
  EXPECT_EQ(intake.reasons[0], "author_erased");
  EXPECT_EQ(queue->dead_letters({.group = "ingest"}, 10, "")->letters.at(0).payload, "");
}

// A source of ten batches of one tweet each, whose cursor is the number of the next.
class TenTweets final : public Source {
 public:
  Result<> run(std::string_view cursor, const Emit& emit, std::stop_token stop) override {
    for (int n = cursor.empty() ? 0 : std::stoi(std::string(cursor)); n < 10 && !stop.stop_requested(); ++n) {
      std::vector<Received> batch = {line({tweet("t" + std::to_string(n))})};
      if (auto taken = emit(batch, std::to_string(n + 1)); !taken) return taken;
    }
    return {};
  }
  std::string_view name() const override { return "ten"; }
  SourceStatus status() const override { return {"connected", "", 0}; }
};

TEST_F(IngestTest, TheRunnerSavesCursorAndLedgerTogether) {
  TenTweets source;
  SourceRunner runner(source, *queue, *seen, store, {});
  ASSERT_TRUE(runner.run({}));
  EXPECT_EQ(store.books().cursor("ten")->pushed, "10");
  EXPECT_EQ(store.books().totals()->accepted, 10);
  EXPECT_EQ(runner.tally().received, 10);
}

TEST_F(IngestTest, TheRunnerGoesOnAtTheSavedCursor) {
  ASSERT_TRUE(store.books().checkpoint("ten", "7", {}, now()));
  TenTweets source;
  SourceRunner runner(source, *queue, *seen, store, {});
  ASSERT_TRUE(runner.run({}));
  EXPECT_EQ(runner.tally().received, 3);
}

TEST_F(IngestTest, TheWatermarkFollowsWhatIsStoredNotWhatIsPushed) {
  TenTweets source;
  SourceRunner runner(source, *queue, *seen, store, {});
  ASSERT_TRUE(runner.run({}));
  Watermark watermark(*queue, store.books());
  ASSERT_TRUE(watermark.tick());
  EXPECT_EQ(store.books().cursor("ten")->stored, "");
  queued();
  ASSERT_TRUE(watermark.tick());
  EXPECT_EQ(store.books().cursor("ten")->stored, "10");
}

TEST_F(IngestTest, TheWatermarkFollowsASourceThatBeginsAnewToItsEnd) {
  auto& books = store.books();
  ASSERT_TRUE(books.checkpoint("ten", "10", {}, now()));
  ASSERT_TRUE(books.set_stored("ten", "10"));
  Watermark watermark(*queue, books);
  take({line({tweet("1")})});
  ASSERT_TRUE(books.checkpoint("ten", "5", {}, now()));
  ASSERT_TRUE(watermark.tick());
  ASSERT_TRUE(books.checkpoint("ten", "10", {}, now()));
  queued();
  ASSERT_TRUE(watermark.tick());
  EXPECT_EQ(books.cursor("ten")->stored, "10");
}

}  // namespace
}  // namespace tweetpulse
