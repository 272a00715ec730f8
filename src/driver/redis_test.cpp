#include <gtest/gtest.h>

#include <atomic>

#include "driver/redis_nodes.h"
#include "support/private_redis.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;

TEST(RedisUrl, ReadsEveryForm) {
  const auto plain = parse_redis_url("redis://localhost").value();
  EXPECT_EQ(plain.nodes, (std::vector<RedisNode>{{"localhost", 6379}}));
  const auto full = parse_redis_url("rediss://us%40er:p%3Aw@[::1]:7000/3").value();
  EXPECT_TRUE(full.tls);
  EXPECT_EQ(full.user, "us@er");
  EXPECT_EQ(full.password, "p:w");
  EXPECT_EQ(full.database, 3);
  EXPECT_EQ(full.nodes, (std::vector<RedisNode>{{"::1", 7000}}));
  EXPECT_EQ(parse_redis_url("redis://:secret@h:1").value().password, "secret");
  EXPECT_EQ(parse_redis_url("unix:/run/redis.sock").value().nodes.front().host, "/run/redis.sock");
  const auto cluster = parse_redis_url("redis://a:1,b:2,redis://c:3").value();
  EXPECT_EQ(cluster.form, RedisUrl::Form::cluster);
  EXPECT_EQ(cluster.nodes.size(), 3u);
  const auto again = parse_redis_url("redis://u:p@a:1,redis://u:p@b:2").value();
  EXPECT_EQ(again.password, "p");
  EXPECT_EQ(again.nodes, (std::vector<RedisNode>{{"a", 1}, {"b", 2}}));
  const auto sentinel = parse_redis_url("redis+sentinel://a,b:2/main/4").value();
  EXPECT_EQ(sentinel.form, RedisUrl::Form::sentinel);
  EXPECT_EQ(sentinel.nodes.front().port, 26379);
  EXPECT_EQ(sentinel.master, "main");
  EXPECT_EQ(sentinel.database, 4);
}

TEST(RedisUrl, RefusesWhatMakesNoSenseAndShowsNoPassword) {
  for (const auto* url :
       {"", "http://h", "redis://", "redis://h:0", "redis://h:70000", "redis://h:x", "redis://h/x", "redis://u:%zz@h",
        "redis://u:%-1@h", "redis://a,rediss://b", "redis+sentinel://h", "redis://a,b/2", "unix:", "redis://[::1"}) {
    const auto parsed = parse_redis_url(url);
    EXPECT_FALSE(parsed) << url;
  }
  EXPECT_EQ(parse_redis_url("redis://u:geheim@h:x").error().what.find("geheim"), std::string::npos);
}

TEST(RedisNodes, FindsSlotsAsTheClusterSpecificationSays) {
  EXPECT_EQ(redis_slot("123456789"), 0x31C3 % 16384);
  EXPECT_EQ(redis_slot("foo"), 12182);
  EXPECT_EQ(redis_slot("{foo}bar"), redis_slot("foo"));
  EXPECT_EQ(redis_slot("a{}b"), redis_slot("a{}b"));
  EXPECT_NE(redis_slot("tweets:{0}"), redis_slot("tweets:{1}"));
}

class RedisServer : public testing::Test {
 protected:
  void SetUp() override {
    if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
    server.emplace();
    redis = Redis::open({.url = server->url(), .call_timeout = milliseconds(1'000)}).value();
  }
  std::optional<PrivateRedis> server;
  std::unique_ptr<Redis> redis;
};

TEST_F(RedisServer, TakesArgumentsOfAnyBytes) {
  const std::string nasty("a\r\n$3\r\nb\0c*1", 12);
  ASSERT_TRUE(redis->call("", {"SET", nasty, nasty}));
  EXPECT_EQ(redis->call("", {"GET", nasty}).value().text, nasty);
}

TEST_F(RedisServer, AnswersAPipelineInOrderWithErrorsAmongTheReplies) {
  const std::vector<RedisCommand> commands = {{"SET", "n", "1"}, {"LPUSH", "n", "x"}, {"INCR", "n"}, {"NONSENSE"}};
  const auto replies = redis->pipeline("", commands).value();
  ASSERT_EQ(replies.size(), 4u);
  EXPECT_EQ(replies[0].text, "OK");
  EXPECT_TRUE(replies[1].is_error());
  EXPECT_EQ(replies[2].integer, 2);
  EXPECT_TRUE(replies[3].is_error());
}

TEST_F(RedisServer, DoesNotDeadlockWhenBothSidesHaveMuchToSay) {
  std::vector<RedisCommand> commands;
  const std::string big(100'000, 'x');
  for (int i = 0; i < 300; ++i) commands.push_back({"ECHO", big});
  const auto replies = redis->pipeline("", commands, milliseconds(20'000));
  ASSERT_TRUE(replies) << replies.error().what;
  for (const auto& reply : *replies) EXPECT_EQ(reply.text.size(), big.size());
}

TEST_F(RedisServer, ConnectsAgainAfterTheServerDied) {
  ASSERT_TRUE(redis->call("", {"PING"}));
  server->kill();
  const auto away = redis->call("", {"PING"});
  ASSERT_FALSE(away);
  EXPECT_TRUE(away.error().retryable());
  EXPECT_NE(away.error().what.find(std::to_string(server->port())), std::string::npos);
  server->start();
  EXPECT_TRUE(redis->call("", {"PING"}));
}

TEST_F(RedisServer, SaysTimeoutWhenTheOutcomeIsUnknown) {
  ASSERT_TRUE(redis->call("", {"PING"}));
  server->pause();
  const auto answer = redis->call("", {"INCR", "n"}, milliseconds(200));
  server->resume();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::timeout);
}

TEST_F(RedisServer, NamesTheRemedyOfAWrongPassword) {
  ASSERT_TRUE(redis->call("", {"CONFIG", "SET", "requirepass", "right"}));
  const auto wrong = Redis::open({.url = "redis://:wrong@127.0.0.1:" + std::to_string(server->port())}).value();
  const auto refused = wrong->call("", {"PING"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("password"), std::string::npos);
  EXPECT_EQ(refused.error().what.find("wrong@"), std::string::npos);
  const auto right = Redis::open({.url = "redis://:right@127.0.0.1:" + std::to_string(server->port())}).value();
  EXPECT_TRUE(right->call("", {"PING"}));
}

TEST_F(RedisServer, HearsWhatIsPublished) {
  const auto session = redis->session("").value();
  ASSERT_TRUE(session->call({"SUBSCRIBE", "news"}, milliseconds(1'000)));
  EXPECT_TRUE(session->next(milliseconds(10)).value().is_nil());
  ASSERT_TRUE(redis->call("", {"PUBLISH", "news", "hello"}));
  const auto message = session->next(milliseconds(5'000)).value();
  ASSERT_EQ(message.list.size(), 3u);
  EXPECT_EQ(message.list[2].text, "hello");
}

TEST_F(RedisServer, ServesManyThreads) {
  std::vector<std::jthread> threads;
  std::atomic<int> failed = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i)
        if (!redis->call("", {"INCR", "sum"})) ++failed;
    });
  threads.clear();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(redis->call("", {"GET", "sum"}).value().text, "800");
}

TEST(Redis, SaysThatNobodyListens) {
  const auto redis = Redis::open({.url = "redis://127.0.0.1:1"}).value();
  const auto answer = redis->call("", {"PING"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_NE(answer.error().what.find("127.0.0.1:1"), std::string::npos);
}

}  // namespace
}  // namespace tweetpulse
