// What a queue promises of parking, where it can park.
#include <algorithm>

#include "queue/queue_contract.h"

namespace tweetpulse {
namespace {

class QueueParking : public QueueContract {
 protected:
  void park(const std::string& group = "elastic") {
    const auto parked = queue_->park(group);
    ASSERT_TRUE(parked) << parked.error().what;
    EXPECT_TRUE(*parked);
  }
  std::string unpark() {
    const auto passed = queue_->unpark("elastic");
    EXPECT_TRUE(passed) << passed.error().what;
    return passed ? *passed : "";
  }
  void settle(const std::string& passed) {
    const auto settled = queue_->settle("elastic", passed);
    ASSERT_TRUE(settled) << settled.error().what;
  }
  void expect_balance(std::int64_t done, std::int64_t passed_over) {
    const auto added = status().entries_added;
    const auto group = status_of("elastic");
    EXPECT_EQ(group.done, done);
    EXPECT_EQ(group.passed_over, passed_over);
    EXPECT_EQ(added, group.done + group.buried + group.lag + group.pending);
  }
};

TEST_P(QueueParking, GivesAParkedGroupNothingAndTheOtherEverything) {
  push(tweets(0, 5));
  park();
  push(tweets(5, 5));
  EXPECT_TRUE(read(*join("elastic"), 10, milliseconds(20)).empty());
  EXPECT_EQ(drain(*join("persist")), ids_of(tweets(0, 10)));
  EXPECT_TRUE(status_of("elastic").parked_at);
  EXPECT_FALSE(status_of("persist").parked_at);
  expect_balance(0, 10);
}

TEST_P(QueueParking, KeepsAWaitingReaderWaiting) {
  auto reader = join("elastic");
  std::jthread parking([&] {
    std::this_thread::sleep_for(milliseconds(30));
    park();
    push(tweets(0, 3));
  });
  EXPECT_TRUE(read(*reader, 10, milliseconds(200)).empty());
}

TEST_P(QueueParking, MakesRoomForTheSources) {
  reopen({.max_bytes = 20'000});
  int n = 0;
  while (queue_->push(tweets(n, 1))) ++n;
  (void)drain(*join("persist"));
  EXPECT_FALSE(queue_->push(tweets(n, 1))) << "group elastic needs them";
  park();
  EXPECT_TRUE(eventually([&] { return bool(queue_->push(tweets(n, 1))); }));
}

TEST_P(QueueParking, ReadsOnFromWhereTheOtherGroupIs) {
  push(tweets(0, 5));
  park();
  push(tweets(5, 5));
  auto persist = join("persist");
  const auto got = read(*persist, 7);
  ack(*persist, {got.begin(), got.begin() + 6});
  const auto passed = unpark();
  EXPECT_FALSE(status_of("elastic").parked_at);
  expect_balance(0, 6);
  EXPECT_EQ(drain(*join("elastic")), ids_of(tweets(6, 4)));
  expect_balance(4, 6);
  settle(passed);
  expect_balance(10, 0);
  EXPECT_EQ(status_of("elastic").lag, 0);
}

TEST_P(QueueParking, PassesOverWhatWasHandedOutToo) {
  push(tweets(0, 6));
  auto reader = join("elastic");
  const auto held = read(*reader, 4);
  ack(*reader, {held[0]});
  park();
  expect_balance(1, 5);
  EXPECT_EQ(status_of("elastic").pending, 0);
  ack(*reader, {held[1]});
  bury(*reader, held[2]);
  EXPECT_TRUE(letters().empty()) << "it is not in this group's hands any more";
  expect_balance(1, 5);
  (void)drain(*join("persist"));
  const auto passed = unpark();
  EXPECT_TRUE(read(*join("elastic")).empty());
  settle(passed);
  expect_balance(6, 0);
}

TEST_P(QueueParking, StaysParkedOverReopening) {
  push(tweets(0, 3));
  park();
  reopen();
  EXPECT_FALSE(queue_->park("elastic").value()) << "it is parked";
  EXPECT_TRUE(read(*join("elastic"), 10, milliseconds(20)).empty());
  (void)drain(*join("persist"));
  (void)unpark();
  reopen();
  expect_balance(0, 3);
  settle(unpark());
  expect_balance(3, 0);
}

TEST_P(QueueParking, SettlesOnlyWhatWasPassedOverByThen) {
  push(tweets(0, 3));
  park();
  (void)drain(*join("persist"));
  const auto first = unpark();
  push(tweets(3, 4));
  park();
  settle(first);
  settle(first);
  expect_balance(3, 4);
  (void)drain(*join("persist"));
  settle(unpark());
  expect_balance(7, 0);
}

TEST_P(QueueParking, DoesNotPassOverWhatTheOtherGroupHasNotDone) {
  push(tweets(0, 4));
  (void)read(*join("elastic"));
  park();
  const auto refused = queue_->unpark("elastic");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  (void)drain(*join("persist"));
  EXPECT_TRUE(queue_->unpark("elastic"));
}

TEST_P(QueueParking, UnparkingAGroupThatReadsChangesNothing) {
  push(tweets(0, 2));
  settle(unpark());
  EXPECT_EQ(drain(*join("elastic")), ids_of(tweets(0, 2)));
}

TEST_P(QueueParking, KnowsSinceWhenTheParkedGroupIsBehind) {
  push(tweets(0, 2));
  const auto oldest = status_of("elastic").oldest_accepted;
  park();
  push(tweets(2, 2));
  EXPECT_EQ(status_of("elastic").oldest_accepted, oldest);
  EXPECT_EQ(status_of("elastic").floor, 0);
  (void)drain(*join("persist"));
  settle(unpark());
  EXPECT_FALSE(status_of("elastic").oldest_accepted);
  EXPECT_EQ(status_of("elastic").floor, 4);
}

TEST_P(QueueParking, NeverParksTheStoresGroup) {
  const auto refused = queue_->park("persist");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rejected);
  EXPECT_EQ(queue_->park("nobody").error().code, ErrorCode::not_found);
  EXPECT_EQ(queue_->settle("elastic", "nonsense").error().code, ErrorCode::rejected);
}

std::vector<QueueAdapter> parking_adapters() {
  auto adapters = queue_adapters();
  std::erase_if(adapters, [](const QueueAdapter& adapter) { return adapter.name == "sqlite"; });
  return adapters;
}

INSTANTIATE_TEST_SUITE_P(Adapters, QueueParking, testing::ValuesIn(parking_adapters()),
                         [](const auto& row) { return row.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(QueueParking);  // without a server there is none

TEST(SqliteQueue, RefusesToPark) {
  const auto place = queue_adapters().front().make();
  const auto queue = place->open({}).value();
  EXPECT_EQ(queue->park("elastic").error().code, ErrorCode::rejected);
}

}  // namespace
}  // namespace tweetpulse
