#include "ingest/parking.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

// A queue that is nothing but its figures.
class Figures final : public Queue {
 public:
  Figures() {
    figures.max_bytes = 1000;
    figures.bytes = 950;
    figures.groups = {{.name = "elastic", .lag = 100}, {.name = "persist", .lag = 10}};
  }
  Result<> push(std::span<const Tweet>) override { return {}; }
  Result<std::unique_ptr<QueueReader>> join(std::string_view, std::string_view) override { return nobody(); }
  Result<> bury(std::span<const DeadLetter>) override { return {}; }
  Result<DeadLetterPage> dead_letters(const DeadLetterFilter&, std::size_t, std::string_view) override {
    return DeadLetterPage();
  }
  Result<std::int64_t> redrive(const DeadLetterFilter&) override { return 0; }
  Result<std::int64_t> discard(const DeadLetterFilter&) override { return 0; }
  Result<std::vector<std::string>> dead_tweet_ids(std::string_view, std::string_view, std::size_t) override {
    return std::vector<std::string>();
  }
  Result<std::int64_t> discard_tweets(std::span<const std::string>) override { return 0; }
  Result<QueueStatus> status() override { return figures; }
  Result<> ping() override { return {}; }
  Result<bool> park(std::string_view group) override {
    if (parks) parked = group;
    if (parks) return true;
    return nobody();
  }
  static Error nobody() { return {ErrorCode::rejected, "this queue parks nothing"}; }

  QueueStatus figures;
  std::string parked;
  bool parks = true;
};

TEST(Parking, ParksSearchWhenItAloneFillsTheQueue) {
  Figures queue;
  EXPECT_TRUE(park_when_full(queue).value());
  EXPECT_EQ(queue.parked, "elastic");
}

TEST(Parking, LeavesAQueueThatHasRoom) {
  Figures queue;
  queue.figures.bytes = 800;
  EXPECT_FALSE(park_when_full(queue).value());
  EXPECT_EQ(queue.parked, "");
}

TEST(Parking, LeavesAQueueThatTheStoreFillsToo) {
  Figures queue;
  queue.figures.groups[1].pending = 60;
  EXPECT_FALSE(park_when_full(queue).value());
}

TEST(Parking, LeavesAGroupThatIsParked) {
  Figures queue;
  queue.figures.groups[0].parked_at = Time();
  EXPECT_FALSE(park_when_full(queue).value());
}

TEST(Parking, AsksNothingOfAQueueThatParksNothing) {
  Figures queue;
  queue.parks = false;
  EXPECT_FALSE(park_when_full(queue).value());
}

}  // namespace
}  // namespace tweetpulse
