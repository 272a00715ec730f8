#include <atomic>

#include "api/api_fixture.h"
#include "api/live_ring.h"
#include "api/live_watch.h"

namespace tweetpulse::api {
namespace {

FeedEvent news(EnrichedTweet tweet) {
  return {FeedEvent::Type::tweet, std::make_shared<const EnrichedTweet>(std::move(tweet)), ""};
}

class Live : public ApiTest {
 protected:
  std::shared_ptr<HttpStream> open_stream(std::string_view target, HttpHeaders headers = {}) {
    HttpResponse answer = get(target, std::move(headers));
    EXPECT_EQ(answer.status, 200);
    answer.stream->wake = [] {};
    return answer.stream;
  }
  void publish(const FeedEvent& event) { ASSERT_TRUE(feed->publish({&event, 1})); }
  static std::string last_id(std::string_view text) {
    const std::size_t start = text.rfind("id: ") + 4;
    return std::string(text.substr(start, text.find('\n', start) - start));
  }
};

TEST_F(Live, BeginsWithHelloAtItsPlace) {
  const std::string text = drained(*open_stream("/api/live"));
  EXPECT_TRUE(text.starts_with("retry: "));
  EXPECT_NE(text.find("-0\nevent: hello\ndata: {\"epoch\":\""), std::string::npos) << text;
}

TEST_F(Live, SendsWhatTheQueryMatches) {
  const auto stream = open_stream("/api/live?q=loud&fields=id");
  drained(*stream);
  publish(news(tweet("1", "2026-03-01T12:00:00Z", "quiet")));
  publish(news(tweet("2", "2026-03-01T12:00:00Z", "loud")));
  const std::string text = drained(*stream);
  EXPECT_NE(text.find("-2\nevent: tweet\ndata: {\"id\":\"2\"}\n\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("\"id\":\"1\""), std::string::npos);
}

TEST_F(Live, SendsARemovalToEveryClient) {
  const auto stream = open_stream("/api/live?q=from:nobody");
  drained(*stream);
  publish({FeedEvent::Type::removed, nullptr, "77"});
  EXPECT_NE(drained(*stream).find("event: delete\ndata: {\"id\":\"77\"}"), std::string::npos);
}

TEST_F(Live, ResumesWithoutAHoleOrARepetition) {
  auto stream = open_stream("/api/live?fields=id");
  drained(*stream);
  publish(news(tweet("1", "2026-03-01T12:00:00Z", "one")));
  const std::string last = last_id(drained(*stream));
  stream.reset();
  publish(news(tweet("2", "2026-03-01T12:00:00Z", "two")));
  const std::string text = drained(*open_stream("/api/live?fields=id", {{"last-event-id", last}}));
  EXPECT_EQ(text.find("{\"id\":\"1\"}"), std::string::npos);
  EXPECT_NE(text.find("{\"id\":\"2\"}"), std::string::npos);
  EXPECT_EQ(text.find("resync"), std::string::npos);
}

TEST_F(Live, TellsAClientOfAnotherEpochToLoadAgain) {
  const std::string text = drained(*open_stream("/api/live?last_event_id=ffff-3"));
  EXPECT_NE(text.find("event: resync\ndata: {\"reason\":\"epoch\"}"), std::string::npos);
}

TEST_F(Live, SendsATweetThatIsPublishedTwiceOnce) {
  const auto stream = open_stream("/api/live?fields=id");
  drained(*stream);
  const FeedEvent event = news(tweet("1", "2026-03-01T12:00:00Z", "one"));
  publish(event);
  publish(event);
  const std::string text = drained(*stream);
  EXPECT_EQ(text.find("event: tweet"), text.rfind("event: tweet"));
}

TEST_F(Live, SaysByeWhenTheServerDrains) {
  const auto stream = open_stream("/api/live");
  drained(*stream);
  api->begin_drain();
  std::string text;
  EXPECT_EQ(stream->next(text), HttpStream::State::end);
  EXPECT_NE(text.find("event: bye\ndata: {\"reason\":\"drain\""), std::string::npos);
  EXPECT_EQ(get("/api/live").status, 503);
}

TEST_F(Live, RefusesABadQueryBeforeTheStreamBegins) {
  EXPECT_EQ(at(get("/api/live?q=form:x").body, "/errors/0/type"), "\"unknown_operator\"");
}

TEST_F(Live, TurnsAwayTheEleventhClientOfARemoteAddressUntilOneLeaves) {
  ApiConfig config;
  config.loopback = false;
  make(std::move(config));
  std::vector<std::shared_ptr<HttpStream>> streams;
  for (int i = 0; i < 10; ++i) streams.push_back(open_stream("/api/live"));
  EXPECT_EQ(get("/api/live").status, 429);
  streams.pop_back();
  EXPECT_EQ(get("/api/live").status, 200);
}

class Socket : public Live {
 protected:
  Socket() {
    HttpResponse answer = get("/ws", {{"upgrade", "websocket"}, {"sec-websocket-protocol", "tweetpulse.v1"}});
    EXPECT_EQ(answer.status, 101);
    EXPECT_EQ(header(answer, "Sec-WebSocket-Protocol"), "tweetpulse.v1");
    socket = answer.websocket;
    socket->wake = [] {};
    next();
  }
  std::string next() {
    std::string message;
    return socket->next(message) ? message : "";
  }
  std::string ask(std::string_view text) {
    socket->receive(text);
    return next();
  }
  std::shared_ptr<HttpWebSocket> socket;
};

TEST_F(Socket, CarriesSubscriptionsOfDifferentQueries) {
  EXPECT_EQ(ask(R"({"type":"subscribe","id":"a","q":"cat","fields":"id"})"), R"({"type":"subscribed","id":"a"})");
  EXPECT_EQ(ask(R"({"type":"subscribe","id":"b","q":"cat OR dog","fields":"id"})"),
            R"({"type":"subscribed","id":"b"})");
  publish(news(tweet("1", "2026-03-01T12:00:00Z", "a cat")));
  const std::string both = next();
  EXPECT_EQ(at(both, "/sub"), R"(["a","b"])");
  EXPECT_EQ(at(both, "/data"), R"({"id":"1"})");
  publish(news(tweet("2", "2026-03-01T12:00:00Z", "a dog")));
  EXPECT_EQ(at(next(), "/sub"), R"(["b"])");
}

TEST_F(Socket, AnswersPingAndKeepsTheConnectionAfterNonsense) {
  EXPECT_EQ(ask(R"({"type":"ping","n":7})"), R"({"type":"pong","n":7})");
  EXPECT_EQ(at(ask(R"({"type":"nonsense"})"), "/problem/code"), "\"invalid-parameter\"");
  EXPECT_EQ(at(ask("{"), "/problem/code"), "\"malformed-request\"");
  EXPECT_EQ(socket->closing().first, 0);
}

TEST_F(Socket, KeepsThePlaceOfAPausedSubscription) {
  ask(R"({"type":"subscribe","id":"a","fields":"id"})");
  EXPECT_EQ(ask(R"({"type":"pause","id":"a"})"), R"({"type":"ok","id":"a"})");
  publish(news(tweet("1", "2026-03-01T12:00:00Z", "a cat")));
  EXPECT_EQ(next(), "");
  ask(R"({"type":"resume","id":"a"})");
  EXPECT_EQ(at(next(), "/data"), R"({"id":"1"})");
}

TEST_F(Socket, ClosesWithGoingAwayWhenTheServerDrains) {
  api->begin_drain();
  EXPECT_EQ(at(next(), "/type"), "\"bye\"");
  EXPECT_EQ(socket->closing().first, 1001);
}

class Ring : public ApiTest {};

TEST_F(Ring, ThinsEvenlyAboveTheRate) {
  std::atomic<std::int64_t> moment_ms = 1'000'000;  // the ring's own thread asks too
  LiveRing ring({}, [&moment_ms] { return from_ms(moment_ms); });
  LiveWatch watch(ring, {Query{}, {}, 10}, "");
  for (int i = 0; i < 400; ++i) {
    moment_ms += 10;
    const FeedEvent event = news(tweet(std::to_string(i), "2026-03-01T12:00:00Z", "x"));
    ring.add({&event, 1});
  }
  std::uint64_t first = 0;
  int sent = 0;
  for (const auto& event : ring.read(1, 1000, first)) sent += watch.take(*event).has_value();
  EXPECT_EQ(sent, 10 + 39);  // a full bucket, then 10 a second over 3.99 s
}

TEST_F(Ring, TellsAWatcherThatFellOutWhatItMissed) {
  LiveRing ring({std::chrono::seconds(60), 3, 1u << 20}, [] { return from_ms(5'000); });
  LiveWatch watch(ring, {Query{}, {}, 10}, "");
  for (int i = 0; i < 5; ++i) {
    const FeedEvent event = news(tweet(std::to_string(i), "2026-03-01T12:00:00Z", "x"));
    ring.add({&event, 1});
  }
  std::uint64_t first = 0;
  EXPECT_EQ(ring.read(1, 10, first).size(), 3u);
  const auto gap = watch.skip_to(first);
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->from, 1u);
  EXPECT_EQ(gap->to, 2u);
}

}  // namespace
}  // namespace tweetpulse::api
