// What every Queue promises of pushing, reading and acking.
#include "queue/queue_contract.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

namespace tweetpulse {
namespace {

using QueueDelivery = QueueContract;

TEST_P(QueueDelivery, GivesEveryTweetToEachGroupInOrder) {
  const auto pushed = tweets(0, 25);
  push(pushed);
  EXPECT_EQ(drain(*join("elastic")), ids_of(pushed));
  EXPECT_EQ(drain(*join("persist")), ids_of(pushed));
}

TEST_P(QueueDelivery, GivesBackTheTweetThatWasPushed) {
  auto pushed = tweet("at://did:plc:abc/app.bsky.feed.post/3k");
  pushed.text = std::string("line\nbreak, \"quote\", NUL:\0, \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 \\ \x7F", 44);
  pushed.author = {.id = "did:plc:abc", .handle = "abc.example", .name = "A B C", .followers = 12};
  pushed.raw = "{\"raw\":true}";
  pushed.declared.hashtags = {{.text = "tag", .start = 1, .end = 4}};
  push({pushed});
  const auto got = read(*join("persist"));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].tweet, pushed);
  EXPECT_EQ(got[0].attempt, 1);
}

TEST_P(QueueDelivery, TakesActions) {
  Tweet erase;
  erase.id = "simulator:1:7";
  erase.source = "simulator";
  erase.action = Action::erase;
  erase.event_at = from_ms(1'700'000'000'000);
  push({erase});
  const auto got = read(*join("persist"));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].tweet, erase);
}

TEST_P(QueueDelivery, TakesIdsOfAnyCharacters) {
  const std::vector<Tweet> pushed = {tweet("a:\"\\"),        tweet(std::string("a:\0b", 4)),
                                     tweet("a:\r\n\t\x01"),  tweet("a:\xE2\x98\x83"),
                                     tweet("a:' OR 1=1 --"), tweet("a:" + std::string(510, 'x'))};
  push(pushed);
  auto reader = join("persist");
  const auto got = read(*reader);
  EXPECT_EQ(ids_of(got), ids_of(pushed));
  for (const auto& delivery : got) bury(*reader, delivery);
  auto expected = ids_of(pushed);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(queue_->dead_tweet_ids("persist", "", 100).value(), expected);
}

TEST_P(QueueDelivery, TakesAnEmptyBatch) {
  EXPECT_TRUE(queue_->push({}));
  auto reader = join("persist");
  EXPECT_TRUE(reader->ack({}));
  EXPECT_TRUE(queue_->bury({}));
  EXPECT_TRUE(read(*reader).empty());
  EXPECT_EQ(status().entries_added, 0);
}

TEST_P(QueueDelivery, ReadsAtMostWhatWasAskedFor) {
  push(tweets(0, 10));
  auto reader = join("persist");
  EXPECT_EQ(read(*reader, 0).size(), 0u);
  EXPECT_EQ(read(*reader, 4).size(), 4u);
  EXPECT_EQ(read(*reader, 100).size(), 6u);
}

TEST_P(QueueDelivery, KeepsPushedTweetsOverReopening) {
  push(tweets(0, 5));
  reopen();
  EXPECT_EQ(drain(*join("elastic")), ids_of(tweets(0, 5)));
}

TEST_P(QueueDelivery, NeverGivesAnAckedTweetAgain) {
  push(tweets(0, 5));
  ack(*join("persist"), {});
  {
    auto reader = join("persist");
    ack(*reader, read(*reader));
  }
  EXPECT_TRUE(read(*join("persist")).empty());
  reopen();
  EXPECT_TRUE(read(*join("persist")).empty());
}

TEST_P(QueueDelivery, GivesUnackedTweetsToTheNextReaderOfThatName) {
  push(tweets(0, 5));
  (void)read(*join("persist"));
  const auto got = read(*join("persist"));
  EXPECT_EQ(ids_of(got), ids_of(tweets(0, 5)));
  EXPECT_EQ(got[0].attempt, 2);
}

TEST_P(QueueDelivery, GivesUnackedTweetsAgainAfterReopening) {
  push(tweets(0, 5));
  {
    auto reader = join("persist");
    auto got = read(*reader);
    got.resize(2);
    ack(*reader, got);
  }
  reopen();
  EXPECT_EQ(drain(*join("persist")), ids_of(tweets(2, 3)));
}

TEST_P(QueueDelivery, GivesOwnUnackedTweetsBeforeNewOnes) {
  push(tweets(0, 3));
  (void)read(*join("persist"));
  push(tweets(3, 2));
  auto reader = join("persist");
  EXPECT_EQ(ids_of(read(*reader)), ids_of(tweets(0, 3)));
  EXPECT_EQ(ids_of(read(*reader)), ids_of(tweets(3, 2)));
}

TEST_P(QueueDelivery, GivesAReaderItsOwnUnackedTweetsOnlyOnce) {
  push(tweets(0, 3));
  auto reader = join("persist");
  EXPECT_EQ(read(*reader).size(), 3u);
  EXPECT_TRUE(read(*reader).empty());
}

TEST_P(QueueDelivery, SharesTheTweetsOfAGroupAmongItsConsumers) {
  push(tweets(0, 6));
  auto one = join("persist", "one"), two = join("persist", "two");
  EXPECT_EQ(ids_of(read(*one, 3)), ids_of(tweets(0, 3)));
  EXPECT_EQ(ids_of(read(*two, 10)), ids_of(tweets(3, 3)));
}

TEST_P(QueueDelivery, CountsAttemptsOverReopening) {
  push(tweets(0, 1));
  for (int attempt = 1; attempt <= 4; ++attempt) {
    const auto got = read(*join("persist"));
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].attempt, attempt);
    reopen();
  }
}

TEST_P(QueueDelivery, GivesSuspectsAlone) {
  push(tweets(0, 3));
  for (int attempt = 1; attempt <= 2; ++attempt) EXPECT_EQ(read(*join("persist")).size(), 3u);
  auto reader = join("persist");
  for (int n = 0; n < 3; ++n) {
    const auto got = read(*reader);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].attempt, 3);
    ack(*reader, got);
  }
  EXPECT_TRUE(read(*reader).empty());
}

TEST_P(QueueDelivery, CountsTheHoldersThatDiedWithASuspect) {
  push(tweets(0, 1));
  for (int deaths = 0; deaths < 3; ++deaths) {
    auto reader = join("persist");
    const auto got = read(*reader);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(reader->suspect(got[0]).value(), deaths);
    reader.reset();
    reopen();
  }
}

TEST_P(QueueDelivery, ForgetsASuspicionThatWasTakenBack) {
  push(tweets(0, 1));
  auto reader = join("persist");
  const auto got = read(*reader);
  EXPECT_EQ(reader->suspect(got.at(0)).value(), 0);
  EXPECT_TRUE(reader->spare(got[0]));
  EXPECT_EQ(reader->suspect(got[0]).value(), 0);
}

TEST_P(QueueDelivery, GivesTheTweetsOfADeadConsumerToAnother) {
  reopen({.claim_after = milliseconds(60)});
  push(tweets(0, 3));
  (void)read(*join("persist", "dead"));
  const auto got = read(*join("persist", "alive"), 10, kPatience);
  EXPECT_EQ(ids_of(got), ids_of(tweets(0, 3)));
  EXPECT_EQ(got.at(0).attempt, 2);
}

TEST_P(QueueDelivery, LeavesTheTweetsOfALivingConsumerAlone) {
  reopen({.claim_after = milliseconds(1'000)});
  push(tweets(0, 3));
  auto slow = join("persist", "slow");
  const auto held = read(*slow);
  EXPECT_TRUE(read(*join("persist", "other"), 10, milliseconds(2'000)).empty());
  ack(*slow, held);
}

TEST_P(QueueDelivery, ClaimsUnderSteadyLoadToo) {
  reopen({.claim_after = milliseconds(60)});
  push(tweets(0, 1));
  (void)read(*join("persist", "dead"));
  auto reader = join("persist", "alive");
  int n = 1;
  EXPECT_TRUE(eventually([&] {
    push(tweets(n++, 1));
    const auto got = read(*reader, 1);
    ack(*reader, got);
    return !got.empty() && got[0].tweet.id == "simulator:1:0";
  }));
}

TEST_P(QueueDelivery, WakesAWaitingReader) {
  auto reader = join("persist");
  std::jthread pusher([&] {
    std::this_thread::sleep_for(milliseconds(30));
    push(tweets(0, 1));
  });
  EXPECT_EQ(read(*reader, 10, kPatience).size(), 1u);
}

TEST_P(QueueDelivery, NoticesThePushOfAnotherOpening) {
  auto other = place_->open({});
  ASSERT_TRUE(other);
  auto reader = join("persist");
  std::jthread pusher([&] {
    std::this_thread::sleep_for(milliseconds(30));
    EXPECT_TRUE((*other)->push(tweets(0, 1)));
  });
  EXPECT_EQ(read(*reader, 10, kPatience).size(), 1u);
}

TEST_P(QueueDelivery, RefusesAnUnknownGroup) {
  auto joined = queue_->join("nobody", "one");
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, ErrorCode::not_found);
}

TEST_P(QueueDelivery, GivesReceiptsThatLast) {
  push(tweets(0, 2));
  const auto first = read(*join("persist"));
  reopen();
  const auto again = read(*join("persist"));
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(first[0].receipt, again[0].receipt);
  EXPECT_NE(again[0].receipt, again[1].receipt);
}

TEST_P(QueueDelivery, LosesAndDoublesNothingUnderThreads) {
  constexpr int kPushers = 3, kEach = 200;
  std::mutex mutex;
  std::map<std::string, std::multiset<std::string>> got;
  std::atomic<int> left = 4;
  std::vector<std::jthread> threads;
  for (int p = 0; p < kPushers; ++p) {
    threads.emplace_back([&, p] {
      for (int n = 0; n < kEach; n += 10) push(tweets(p * kEach + n, 10));
    });
  }
  for (const std::string group : {"elastic", "persist"}) {
    for (const std::string consumer : {"one", "two"}) {
      threads.emplace_back([&, group, consumer] {
        auto reader = join(group, consumer);
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        for (bool done = false; !done && std::chrono::steady_clock::now() < deadline;) {
          const auto batch = read(*reader, 7, milliseconds(20));
          ack(*reader, batch);
          const std::lock_guard lock(mutex);
          for (const auto& id : ids_of(batch)) got[group].insert(id);
          done = got[group].size() >= kPushers * kEach;
        }
        --left;
      });
    }
  }
  threads.clear();
  auto expected = ids_of(tweets(0, kPushers * kEach));
  const std::multiset<std::string> all(expected.begin(), expected.end());
  EXPECT_EQ(got["elastic"], all);
  EXPECT_EQ(got["persist"], all);
  EXPECT_EQ(status_of("persist").done, kPushers * kEach);
  EXPECT_EQ(status_of("persist").pending, 0);
}

TWEETPULSE_FOR_EACH_QUEUE(QueueDelivery);

}  // namespace
}  // namespace tweetpulse
