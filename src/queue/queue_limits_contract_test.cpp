// What every Queue promises of its figures, its bounds and trimming.
#include "queue/queue_contract.h"

namespace tweetpulse {
namespace {

using QueueLimitsAndStatus = QueueContract;

TEST_P(QueueLimitsAndStatus, StatusIsExact) {
  push(tweets(0, 10));
  auto reader = join("persist");
  auto got = read(*reader, 6);
  bury(*reader, got.at(0));
  ack(*reader, {got.begin() + 1, got.begin() + 3});

  const auto all = status();
  EXPECT_EQ(all.entries_added, 10);
  EXPECT_TRUE(all.durable);
  EXPECT_FALSE(all.epoch.empty());
  const auto persist = status_of("persist");
  EXPECT_EQ(persist.lag, 4);
  EXPECT_EQ(persist.pending, 3);
  EXPECT_EQ(persist.done, 2);
  EXPECT_EQ(persist.buried, 1);
  EXPECT_EQ(persist.dead_letters, 1);
  EXPECT_EQ(persist.consumers, 1);
  EXPECT_TRUE(persist.oldest_pending);
  const auto elastic = status_of("elastic");
  EXPECT_EQ(elastic.lag, 10);
  EXPECT_EQ(elastic.pending, 0);
  EXPECT_FALSE(elastic.oldest_pending);
}

TEST_P(QueueLimitsAndStatus, KnowsTheOldestTweetThatIsNotDone) {
  EXPECT_FALSE(status_of("persist").oldest_accepted);
  const auto before = now();
  push(tweets(0, 2));
  const auto oldest = status_of("persist").oldest_accepted;
  ASSERT_TRUE(oldest);
  EXPECT_GE(*oldest, before);
  auto reader = join("persist");
  const auto got = read(*reader);
  EXPECT_EQ(status_of("persist").oldest_accepted, oldest);
  ack(*reader, got);
  EXPECT_FALSE(status_of("persist").oldest_accepted);
}

TEST_P(QueueLimitsAndStatus, KeepsItsEpochOverReopening) {
  const auto epoch = status().epoch;
  reopen();
  EXPECT_EQ(status().epoch, epoch);
}

TEST_P(QueueLimitsAndStatus, PingsWhenItTakesTweets) {
  EXPECT_TRUE(queue_->ping());
}

TEST_P(QueueLimitsAndStatus, RefusesWhatHasNoRoomAndTakesItWhenThereIsRoomAgain) {
  reopen({.max_bytes = 20'000});
  int taken = 0;
  auto refused_push = Result<>();
  while (taken < 1'000 && (refused_push = queue_->push(tweets(taken, 1)))) ++taken;
  ASSERT_FALSE(refused_push);
  EXPECT_EQ(refused_push.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(queue_->ping());
  EXPECT_EQ(drain(*join("elastic")).size(), static_cast<std::size_t>(taken));
  EXPECT_FALSE(queue_->push(tweets(taken, 1))) << "group persist still needs them";
  EXPECT_EQ(drain(*join("persist")), ids_of(tweets(0, taken)));
  EXPECT_TRUE(eventually([&] { return bool(queue_->push(tweets(taken, 1))); }));
  EXPECT_EQ(drain(*join("persist")), ids_of(tweets(taken, 1)));
}

TEST_P(QueueLimitsAndStatus, RefusesTweetsWhileThereAreTooManyDeadLetters) {
  reopen({.dead_max_bytes = 10'000});
  ASSERT_TRUE(queue_->bury(std::vector<DeadLetter>{refused("big", std::string(20'000, 'x'))}));
  auto pushed = queue_->push(tweets(0, 1));
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(queue_->bury(std::vector<DeadLetter>{refused("more", "x")}));
  EXPECT_EQ(queue_->discard({.id = "big"}).value(), 1);
  EXPECT_TRUE(queue_->push(tweets(0, 1)));
  EXPECT_TRUE(queue_->bury(std::vector<DeadLetter>{refused("more", "x")}));
}

TEST_P(QueueLimitsAndStatus, FreesWhatEveryGroupIsDoneWith) {
  auto elastic = join("elastic"), persist = join("persist");
  int n = 0;
  EXPECT_TRUE(eventually([&] {
    push(tweets(n++, 1));
    (void)drain(*elastic);
    (void)drain(*persist);
    const auto now_there = status();
    return n > 20 && now_there.length < n / 2 && now_there.bytes < 10'000;
  }));
}

TEST_P(QueueLimitsAndStatus, NeverFreesWhatAGroupHasNotRead) {
  reopen({.max_bytes = 60'000});
  int n = 0;
  auto persist = join("persist");
  while (queue_->push(tweets(n, 10))) {
    n += 10;
    (void)drain(*persist);
    ASSERT_LT(n, 2'000);
  }
  EXPECT_EQ(drain(*join("elastic")), ids_of(tweets(0, n)));
}

TEST_P(QueueLimitsAndStatus, NeverFreesWhatIsPending) {
  reopen({.max_bytes = 60'000});
  push(tweets(0, 1));
  (void)read(*join("elastic"));
  int n = 1;
  auto elastic = join("elastic", "other"), persist = join("persist");
  while (queue_->push(tweets(n, 10))) {
    n += 10;
    (void)drain(*elastic);
    (void)drain(*persist);
    ASSERT_LT(n, 2'000);
  }
  EXPECT_EQ(ids_of(read(*join("elastic"))), Ids{"simulator:1:0"});
}

TWEETPULSE_FOR_EACH_QUEUE(QueueLimitsAndStatus);

}  // namespace
}  // namespace tweetpulse
