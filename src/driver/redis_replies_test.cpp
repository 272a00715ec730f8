// What a broken or hostile server can send.
#include <gtest/gtest.h>

#include "driver/redis.h"
#include "driver/redis_replies.h"
#include "support/scripted_server.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;

TEST(RedisReplies, WaitsForTheRestOfACutReply) {
  const std::string whole = "*3\r\n$2\r\na\n\r\n:7\r\n*2\r\n$-1\r\n-ERR no\r\n";
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const auto replies = RedisReplies::make();
    ASSERT_TRUE(replies->feed(std::string_view(whole).substr(0, cut)));
    EXPECT_FALSE(replies->take().value().has_value()) << cut;
    ASSERT_TRUE(replies->feed(std::string_view(whole).substr(cut)));
    const auto reply = replies->take().value();
    ASSERT_TRUE(reply.has_value()) << cut;
    ASSERT_EQ(reply->list.size(), 3u);
    EXPECT_EQ(reply->list[0].text, "a\n");
    EXPECT_EQ(reply->list[1].integer, 7);
    EXPECT_TRUE(reply->list[2].list[0].is_nil());
    EXPECT_EQ(reply->list[2].list[1].text, "ERR no");
  }
}

TEST(RedisReplies, RefusesCountsThatNoReplyHas) {
  for (const auto* bytes : {"*2147483647\r\n", "*1048577\r\n", "*99999999999999999999\r\n", "*-2\r\n"}) {
    const auto replies = RedisReplies::make();
    ASSERT_TRUE(replies->feed(bytes));
    EXPECT_FALSE(replies->take()) << bytes;
  }
}

TEST(RedisReplies, AllocatesNothingForAClaimedLength) {
  const auto replies = RedisReplies::make();
  ASSERT_TRUE(replies->feed("*1000000\r\n$500000000\r\nabc"));
  EXPECT_FALSE(replies->take().value().has_value());
}

TEST(RedisReplies, RefusesDeepNesting) {
  const auto replies = RedisReplies::make();
  std::string deep;
  for (int n = 0; n < 10'000; ++n) deep += "*1\r\n";
  ASSERT_TRUE(replies->feed(deep));
  EXPECT_FALSE(replies->take());
}

TEST(RedisReplies, RefusesWhatIsNoProtocol) {
  for (const auto* bytes : {"HTTP/1.1 400 Bad Request\r\n", "hello\r\n", "\r\n", "!x\r\n"}) {
    const auto replies = RedisReplies::make();
    ASSERT_TRUE(replies->feed(bytes));
    EXPECT_FALSE(replies->take()) << bytes;
  }
}

std::unique_ptr<Redis> client_of(const ScriptedServer& server) {
  return Redis::open({.url = "redis://127.0.0.1:" + std::to_string(server.port()),
                      .connect_timeout = milliseconds(300),
                      .call_timeout = milliseconds(300)})
      .value();
}

TEST(RedisSession, CallsAReplyCutOffAnUnknownOutcome) {
  ScriptedServer server({"+OK\r\n", "$10\r\nabc"});
  const auto answer = client_of(server)->call("", {"GET", "a"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::timeout);
}

TEST(RedisSession, ConnectsAgainAfterNonsense) {
  ScriptedServer server({"+OK\r\n", "what?\r\n"});
  const auto redis = client_of(server);
  EXPECT_FALSE(redis->call("", {"GET", "a"}));
  EXPECT_FALSE(redis->call("", {"GET", "a"}));
  EXPECT_EQ(server.connections(), 2);
}

TEST(RedisSession, GivesUpAServerThatNeverAnswers) {
  ScriptedServer server({""});
  const auto answer = client_of(server)->call("", {"PING"});
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().retryable());
}

TEST(RedisSession, SaysThatTheServerHasTooManyClients) {
  ScriptedServer server({"-ERR max number of clients reached\r\n"});
  const auto answer = client_of(server)->call("", {"PING"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_NE(answer.error().what.find("maxclients"), std::string::npos);
}

}  // namespace
}  // namespace tweetpulse
