// What is special to Redis: its durability, its losses, its limits. Each test has a server of its own.
#include <gtest/gtest.h>

#include <set>

#include "queue/adapters.h"
#include "queue/queue_contract.h"
#include "queue/redis_partition.h"
#include "support/private_redis.h"

namespace tweetpulse {
namespace {

const std::vector<std::string> kDurable = {"--appendonly", "yes", "--appendfsync", "always"};

class RedisQueue : public testing::Test {
 protected:
  void SetUp() override {
    if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  }
  void start(const std::vector<std::string>& options = kDurable) {
    server.emplace(options);
    config.url = server->url();
    config.claim_after = milliseconds(200);
    redis = Redis::open({.url = server->url()}).value();
  }
  std::unique_ptr<Queue> open_queue() {
    auto opened = open(config);
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(opened).value();
  }
  RedisReply call(RedisCommand command) { return redis->call("", std::move(command)).value(); }
  static Ids drain(QueueReader& reader) {
    Ids ids;
    for (int quiet = 0; quiet < 3;) {
      auto got = reader.read(100, milliseconds(20));
      if (!got || got->empty()) {
        ++quiet;
        continue;
      }
      for (const auto& delivery : *got) ids.push_back(delivery.tweet.id);
      EXPECT_TRUE(reader.ack(*got));
    }
    return ids;
  }
  // Until the queue takes it: a lost queue refuses once, so that its sources can go back.
  static void push(Queue& queue, const std::vector<Tweet>& list) {
    for (int tries = 0; tries < 100; ++tries) {
      if (queue.push(list)) return;
      std::this_thread::sleep_for(milliseconds(50));
    }
    FAIL() << "never taken";
  }

  std::optional<PrivateRedis> server;
  std::unique_ptr<Redis> redis;
  RedisQueueConfig config;
};

TEST_F(RedisQueue, IsDurableOnAServerThatWritesAndSyncsEveryPush) {
  start();
  EXPECT_TRUE(open_queue()->status().value().durable);
}

TEST_F(RedisQueue, StartsWeakOnADefaultServerUnlessDurabilityIsRequired) {
  start({});
  EXPECT_FALSE(open_queue()->status().value().durable);
  config.require_durable = true;
  const auto refused = open(config);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rejected);
  EXPECT_NE(refused.error().what.find("CONFIG SET appendfsync always"), std::string::npos) << refused.error().what;
}

TEST_F(RedisQueue, RefusesAServerThatEvicts) {
  start({"--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru"});
  const auto refused = open(config);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rejected);
  EXPECT_NE(refused.error().what.find("noeviction"), std::string::npos);
}

TEST_F(RedisQueue, UsesAtMostFourFifthsOfTheServersMemory) {
  start({"--maxmemory", "100mb", "--maxmemory-policy", "noeviction"});
  EXPECT_EQ(open_queue()->status().value().max_bytes, 100 * 1024 * 1024 / 5 * 4);
}

TEST_F(RedisQueue, GoesOnWhenAUserMayNotReadTheConfiguration) {
  start();
  call({"ACL", "SETUSER", "tp", "on", ">pw", "~tweets*", "~{tweets*", "&*", "+@all", "-@dangerous"});
  config.url = "redis://tp:pw@127.0.0.1:" + std::to_string(server->port());
  const auto queue = open_queue();
  EXPECT_FALSE(queue->status().value().durable);
  EXPECT_TRUE(queue->push(tweets(0, 3)));
  EXPECT_EQ(drain(*queue->join("persist", "one").value()), ids_of(tweets(0, 3)));
}

TEST_F(RedisQueue, KeepsWhatWasPushedOverAKill) {
  start();
  const auto queue = open_queue();
  push(*queue, tweets(0, 50));
  const auto reader = queue->join("persist", "one").value();
  const auto held = reader->read(10, milliseconds(0)).value();
  ASSERT_EQ(held.size(), 10u);
  server->kill();
  EXPECT_FALSE(queue->push(tweets(50, 1)));
  EXPECT_FALSE(reader->read(10, milliseconds(0)));
  server->start();
  push(*queue, tweets(50, 1));
  EXPECT_TRUE(reader->ack(held));
  EXPECT_EQ(drain(*reader), ids_of(tweets(10, 41)));
  EXPECT_EQ(queue->status().value().groups[1].done, 51);
}

TEST_F(RedisQueue, BeginsAnewWithAnotherEpochAfterAFlush) {
  start();
  const auto queue = open_queue();
  push(*queue, tweets(0, 5));
  const auto epoch = queue->epoch();
  const auto reader = queue->join("persist", "one").value();
  call({"FLUSHALL"});
  const auto refused = queue->push(tweets(5, 1));
  ASSERT_FALSE(refused) << "the sources must hear of it";
  EXPECT_TRUE(refused.error().retryable());
  EXPECT_NE(queue->epoch(), epoch);
  push(*queue, tweets(5, 3));
  EXPECT_EQ(drain(*reader), ids_of(tweets(5, 3)));
  EXPECT_EQ(queue->status().value().entries_added, 3);
}

TEST_F(RedisQueue, BeginsAnewWhenTheStreamOrAGroupOrTheTypeIsGone) {
  start();
  const auto queue = open_queue();
  int n = 0;
  for (const RedisCommand& damage : std::vector<RedisCommand>{{"DEL", "tweets"},
                                                              {"XGROUP", "DESTROY", "tweets", "persist"},
                                                              {"SET", "tweets", "no stream"},
                                                              {"DEL", "tweets:epoch"}}) {
    push(*queue, tweets(n, 2));
    (void)drain(*queue->join("elastic", "one").value());
    (void)drain(*queue->join("persist", "one").value());
    const auto epoch = queue->epoch();
    call(damage);
    push(*queue, tweets(n + 2, 2));
    EXPECT_NE(queue->epoch(), epoch) << damage[0];
    for (const auto* group : {"elastic", "persist"}) {
      const auto got = drain(*queue->join(group, "one").value());
      EXPECT_GE(got.size(), 2u) << damage[0] << ' ' << group;
      EXPECT_EQ(Ids(got.end() - 2, got.end()), ids_of(tweets(n + 2, 2))) << damage[0] << ' ' << group;
    }
    const auto status = queue->status().value();
    for (const auto& group : status.groups)
      EXPECT_EQ(status.entries_added, group.done + group.buried + group.lag + group.pending) << damage[0];
    n += 4;
  }
}

TEST_F(RedisQueue, AReaderHealsALostQueueToo) {
  start();
  const auto queue = open_queue();
  const auto reader = queue->join("persist", "one").value();
  call({"FLUSHALL"});
  EXPECT_FALSE(reader->read(1, milliseconds(0)));
  EXPECT_TRUE(reader->read(1, milliseconds(0)));
  push(*queue, tweets(0, 1));
  EXPECT_EQ(drain(*reader), ids_of(tweets(0, 1)));
}

TEST_F(RedisQueue, NoticesThatTheTailIsLost) {
  start();
  const auto queue = open_queue();
  push(*queue, tweets(0, 10));
  const auto epoch = queue->epoch();
  // What a truncated log or a lagging replica leaves: fewer entries than were acknowledged.
  const auto last = call({"XREVRANGE", "tweets", "+", "-", "COUNT", "4"});
  for (int n = 0; n < 3; ++n) call({"XDEL", "tweets", last.list.at(n).list.at(0).text});
  call({"XSETID", "tweets", last.list.at(3).list.at(0).text});
  EXPECT_FALSE(queue->push(tweets(10, 1)));
  EXPECT_NE(queue->epoch(), epoch);
}

TEST_F(RedisQueue, CountsEntriesThatSomebodyElseTrimmed) {
  start();
  const auto queue = open_queue();
  push(*queue, tweets(0, 10));
  {
    const auto reader = queue->join("persist", "one").value();
    ASSERT_EQ(reader->read(5, milliseconds(0)).value().size(), 5u);
  }
  call({"XTRIM", "tweets", "MAXLEN", "6"});
  const auto reader = queue->join("persist", "one").value();
  EXPECT_EQ(drain(*reader), ids_of(tweets(4, 6)));
  const auto status = queue->status().value();
  const auto& persist = status.groups[1];
  EXPECT_EQ(status.entries_added - persist.done - persist.buried - persist.lag - persist.pending, 4)
      << "the books show the loss";
}

TEST_F(RedisQueue, RefusesPushesButGoesOnAckingWhenMemoryIsFull) {
  start({"--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "6mb", "--maxmemory-policy", "noeviction"});
  config.max_bytes = 1'000'000'000;
  const auto queue = open_queue();
  auto big = tweets(0, 1);
  big[0].raw = std::string(50'000, 'x');
  Result<> pushed;
  int n = 0;
  while (pushed && n < 500) {
    big[0].id = "simulator:1:" + std::to_string(n);
    pushed = queue->push(big);
    n += pushed ? 1 : 0;
  }
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, ErrorCode::unavailable);
  for (const auto* group : {"elastic", "persist"})
    EXPECT_EQ(drain(*queue->join(group, "one").value()).size(), static_cast<std::size_t>(n));
  std::this_thread::sleep_for(milliseconds(1'100));  // trimming happens at most once a second
  const auto reader = queue->join("persist", "one").value();
  EXPECT_TRUE(reader->ack(std::vector<Delivery>()));
  push(*queue, tweets(1'000, 1));
}

TEST_F(RedisQueue, GivesWhatWasHandedOutInAnAnswerThatNeverCame) {
  start();
  const auto queue = open_queue();
  const auto reader = queue->join("persist", "one").value();
  push(*queue, tweets(0, 3));
  // Another connection of the same consumer reads in its name, and its answer is lost.
  call({"XREADGROUP", "GROUP", "persist", "one", "COUNT", "2", "STREAMS", "tweets", ">"});
  call({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  EXPECT_EQ(drain(*reader), ids_of(tweets(0, 3)));
}

TEST_F(RedisQueue, TakesAPushWholeOrNotAtAll) {
  start();
  config.max_bytes = 300'000;
  const auto queue = open_queue();
  push(*queue, tweets(0, 10));
  EXPECT_FALSE(queue->push(tweets(10, 3'000)));
  EXPECT_EQ(queue->status().value().entries_added, 10);
  EXPECT_TRUE(queue->push(tweets(10, 2))) << "the refusal leaves no trace";
  EXPECT_EQ(drain(*queue->join("persist", "one").value()), ids_of(tweets(0, 12)));
}

TEST_F(RedisQueue, TakesNothingOfAPushWhoseScriptsTheServerForgot) {
  start();
  const auto queue = open_queue();
  push(*queue, tweets(0, 3));
  call({"SCRIPT", "FLUSH"});
  EXPECT_TRUE(queue->push(tweets(3, 3)));
  call({"DEL", "tweets:epoch"});
  EXPECT_FALSE(queue->push(tweets(6, 3)));
  EXPECT_EQ(call({"XLEN", "tweets"}).integer, 6);
}

TEST_F(RedisQueue, NumbersItsEntriesWithoutGapWhateverTheClockSays) {
  start();
  const auto queue = open_queue();
  for (int n = 0; n < 5; ++n) {
    push(*queue, tweets(2 * n, 2));
    std::this_thread::sleep_for(milliseconds(3));
  }
  const auto entries = call({"XRANGE", "tweets", "-", "+"});
  ASSERT_EQ(entries.list.size(), 10u);
  for (std::size_t n = 0; n < 10; ++n)
    EXPECT_TRUE(entries.list[n].list[0].text.ends_with("-" + std::to_string(n + 1))) << entries.list[n].list[0].text;
}

TEST_F(RedisQueue, RenewsMoreEntriesThanOnePageHolds) {
  start();
  const auto queue = open_queue();
  push(*queue, tweets(0, 2'500));
  const auto reader = queue->join("persist", "slow").value();
  ASSERT_EQ(reader->read(2'500, milliseconds(0)).value().size(), 2'500u);
  std::this_thread::sleep_for(milliseconds(600));  // thrice claim_after
  const auto other = queue->join("persist", "other").value();
  EXPECT_TRUE(other->read(10, milliseconds(100)).value().empty());
}

TEST_F(RedisQueue, ForgetsRefusedInputOfAnErasedTweetToo) {
  start();
  const auto queue = open_queue();
  const DeadLetter letter{.id = "line", .group = "ingest", .reason = "bad", .tweet_id = "x1", .payload = "text"};
  ASSERT_TRUE(queue->bury(std::vector<DeadLetter>{letter}));
  EXPECT_EQ(queue->discard_tweets(Ids{"x1"}).value(), 1);
}

TEST_F(RedisQueue, CountsItsLettersOverALostQueue) {
  start();
  const auto queue = open_queue();
  const DeadLetter letter{.id = "line", .group = "ingest", .reason = "bad", .tweet_id = "", .payload = "text"};
  ASSERT_TRUE(queue->bury(std::vector<DeadLetter>{letter}));
  call({"DEL", "tweets"});
  push(*queue, tweets(0, 1));
  EXPECT_EQ(queue->status().value().refused_letters, 1);
}

TEST_F(RedisQueue, ObeysTheStartOfANewGroupOnce) {
  start();
  {
    const auto queue = open_queue();
    push(*queue, tweets(0, 5));
  }
  config.groups = {"elastic", "persist", "late"};
  call({"DEL", "tweets:epoch"});
  config.start_from = "$";
  const auto queue = open_queue();
  push(*queue, tweets(5, 1));
  EXPECT_EQ(drain(*queue->join("late", "one").value()), ids_of(tweets(5, 1)));
}

TEST_F(RedisQueue, SkipsUpToTheEntryIdOrTheTimeThatANewGroupStartsFrom) {
  start();
  for (const auto& [from, skipped] : std::vector<std::pair<std::string, int>>{
           {"id of the third", 3}, {"time after the third", 3}, {"time after the last", 5}, {"1-1", 0}, {"$", 5}}) {
    call({"FLUSHALL"});
    config.start_from = "0";
    push(*open_queue(), tweets(0, 3));
    std::this_thread::sleep_for(milliseconds(5));
    push(*open_queue(), tweets(3, 2));
    const auto third = call({"XRANGE", "tweets", "-", "+"}).list.at(2).list.at(0).text;
    for (const auto& group : config.groups) call({"XGROUP", "DESTROY", "tweets", group});
    call({"DEL", "tweets:epoch"});
    config.start_from = from == "id of the third"        ? third
                        : from == "time after the third" ? std::to_string(entry_id(third).ms + 1)
                        : from == "time after the last"  ? std::to_string(entry_id(third).ms + 60'000)
                                                         : from;
    const auto queue = open_queue();
    EXPECT_EQ(queue->status().value().groups[1].lag, 5 - skipped) << from;
    EXPECT_EQ(drain(*queue->join("persist", "one").value()), ids_of(tweets(skipped, 5 - skipped))) << from;
    const auto status = queue->status().value();
    const auto& persist = status.groups[1];
    EXPECT_EQ(persist.skipped, skipped) << from;
    EXPECT_EQ(persist.lag + persist.pending, 0) << from;
    EXPECT_EQ(persist.floor, status.entries_added) << from;
    EXPECT_EQ(status.entries_added, persist.done + persist.buried + persist.skipped) << from;
  }
}

TEST_F(RedisQueue, SkipsWhatAGroupHadReadWhenOnlyTheEpochIsGone) {
  start();
  {
    const auto queue = open_queue();
    push(*queue, tweets(0, 5));
    const auto reader = queue->join("persist", "one").value();
    ASSERT_TRUE(reader->ack(reader->read(2, milliseconds(0)).value()));
    ASSERT_EQ(reader->read(1, milliseconds(0)).value().size(), 1u);
  }
  call({"DEL", "tweets:epoch"});
  const auto queue = open_queue();
  EXPECT_EQ(drain(*queue->join("persist", "one").value()), ids_of(tweets(2, 3)));
  const auto status = queue->status().value();
  EXPECT_EQ(status.groups[1].skipped, 2);
  EXPECT_EQ(status.entries_added, status.groups[1].done + status.groups[1].skipped);
}

TEST_F(RedisQueue, SurvivesRepeatedKillsUnderLoad) {
  start();
  const auto queue = open_queue();
  std::set<std::string> seen;
  std::jthread reading([&](const std::stop_token& stop) {
    auto reader = queue->join("persist", "one").value();
    while (!stop.stop_requested()) {
      const auto got = reader->read(50, milliseconds(20));
      if (!got) {
        std::this_thread::sleep_for(milliseconds(20));
        continue;
      }
      if (reader->ack(*got))
        for (const auto& delivery : *got) seen.insert(delivery.tweet.id);
    }
  });
  int n = 0;
  for (int kills = 0; kills < 3; ++kills) {
    for (int i = 0; i < 20; ++i, n += 10) push(*queue, tweets(n, 10));
    server->kill();
    server->start();
  }
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto status = queue->status();
    if (status && status->groups[1].lag + status->groups[1].pending == 0) break;
    std::this_thread::sleep_for(milliseconds(20));
  }
  reading = {};
  const auto status = queue->status().value();
  EXPECT_EQ(status.groups[1].pending, 0);
  EXPECT_EQ(status.groups[1].lag, 0);
  EXPECT_EQ(status.groups[1].done, status.entries_added);
}

}  // namespace
}  // namespace tweetpulse
