#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "driver/http_server.h"
#include "driver/raw_client.h"

namespace tweetpulse {
namespace {

using namespace std::chrono_literals;

// A feed that a test fills from its own thread; counts what the server does with it.
struct Feed {
  std::mutex mutex;
  std::condition_variable changed;
  std::string pending;
  bool ended = false, gone = false, started = false;
  std::size_t pulls = 0, given = 0;
  std::function<void()> wake;

  void put(std::string_view text, bool end = false) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 20s, [this] { return started; });
    pending += text;
    ended = ended || end;
    const auto call = wake;
    lock.unlock();
    call();
  }
  bool wait_until_gone() {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 20s, [this] { return gone; });
  }
};

class FeedStream final : public HttpStream {
 public:
  explicit FeedStream(std::shared_ptr<Feed> feed) : feed_(std::move(feed)) {}
  ~FeedStream() override {
    const std::lock_guard lock(feed_->mutex);
    feed_->gone = true;
    feed_->changed.notify_all();
  }
  State next(std::string& out) override {
    const std::lock_guard lock(feed_->mutex);
    if (!feed_->started) {
      feed_->started = true;
      feed_->wake = wake;
      feed_->changed.notify_all();
    }
    ++feed_->pulls;
    out += feed_->pending;
    feed_->pending.clear();
    return feed_->ended ? State::end : State::wait;
  }

 private:
  std::shared_ptr<Feed> feed_;
};

// Pieces of 64 KB for ever.
class EndlessStream final : public HttpStream {
 public:
  explicit EndlessStream(std::shared_ptr<Feed> feed) : feed_(std::move(feed)) { stall_limit = 100ms; }
  ~EndlessStream() override {
    const std::lock_guard lock(feed_->mutex);
    feed_->gone = true;
    feed_->changed.notify_all();
  }
  State next(std::string& out) override {
    out.append(64 * 1024, 'x');
    const std::lock_guard lock(feed_->mutex);
    feed_->given += 64 * 1024;
    return State::more;
  }

 private:
  std::shared_ptr<Feed> feed_;
};

class HttpStreams : public testing::Test {
 protected:
  void SetUp() override {
    HttpServerConfig config;
    config.listen = "127.0.0.1:0";
    config.idle_timeout = 200ms;
    config.header_timeout = 200ms;
    server_ = *HttpServer::open(config, [this](const HttpRequest& request) {
      HttpResponse response;
      response.headers = {{"Content-Type", "text/event-stream"}};
      if (request.target == "/endless") {
        response.stream = std::make_shared<EndlessStream>(feed_);
      } else if (request.target == "/feed") {
        response.stream = std::make_shared<FeedStream>(feed_);
      } else {
        response.body = "plain";
      }
      return response;
    });
  }
  std::shared_ptr<Feed> feed_ = std::make_shared<Feed>();
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpStreams, SendsAPieceEachTimeTheyAreWoken) {
  RawClient client(server_->address());
  client.get("/feed", "Accept-Encoding: gzip\r\n");
  for (const char* text : {"one", "two", "three"}) {
    feed_->put(text);
    if (std::string_view(text) == "one") {
      ASSERT_EQ(client.line(), "HTTP/1.1 200 OK");
      while (client.line() != "") {
      }
    }
    EXPECT_EQ(client.chunk(), text);
  }
}

TEST_F(HttpStreams, EndAndLeaveTheConnectionToTheNextRequest) {
  RawClient client(server_->address());
  client.get("/feed");
  feed_->put("last", true);
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.body, "last");
  EXPECT_TRUE(client.complete());
  EXPECT_EQ(answer.headers.at("transfer-encoding"), "chunked");
  client.get("/plain");
  EXPECT_EQ(client.answer().body, "plain");
}

TEST_F(HttpStreams, AnswerAPipelinedRequestAfterTheirEnd) {
  RawClient client(server_->address());
  client.get("/feed");
  client.get("/plain");
  feed_->put("last", true);
  EXPECT_EQ(client.answer().body, "last");
  EXPECT_EQ(client.answer().body, "plain");
}

TEST_F(HttpStreams, GoPlainToAnHttp10Client) {
  RawClient client(server_->address());
  client.send("GET /feed HTTP/1.0\r\n\r\n");
  feed_->put("all", true);
  EXPECT_EQ(client.answer().body, "all");
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpStreams, StayOpenWhileNothingHappens) {
  RawClient client(server_->address());
  client.get("/feed");
  feed_->put("a");
  std::this_thread::sleep_for(600ms);
  feed_->put("b", true);
  EXPECT_EQ(client.answer().body, "ab");
}

TEST_F(HttpStreams, AreDroppedWhenTheClientDisappears) {
  {
    RawClient client(server_->address());
    client.get("/feed");
    feed_->put("a");
    client.line();
  }
  EXPECT_TRUE(feed_->wait_until_gone());
  feed_->put("nobody hears this");
}

TEST_F(HttpStreams, AreNotPulledFasterThanTheClientReads) {
  RawClient client(server_->address(), 16 * 1024);
  client.get("/endless");
  EXPECT_TRUE(feed_->wait_until_gone());
  EXPECT_LT(feed_->given, 32u << 20);
}

TEST_F(HttpStreams, CanBeWokenAfterTheServerHasGone) {
  RawClient client(server_->address());
  client.get("/feed");
  feed_->put("a");
  server_.reset();
  feed_->put("late");
  EXPECT_TRUE(feed_->gone);
}

TEST_F(HttpStreams, AreWokenByDrainingSoThatTheyCanEnd) {
  RawClient client(server_->address());
  client.get("/feed");
  feed_->put("a");
  {
    const std::lock_guard lock(feed_->mutex);
    feed_->pending += "bye";
    feed_->ended = true;
  }
  std::thread drain([&] { server_->drain(20s); });
  EXPECT_EQ(client.answer().body, "abye");
  EXPECT_TRUE(client.at_end());
  client.disconnect();
  drain.join();
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(HttpStreams, AreCutWhenDrainingTakesTooLong) {
  RawClient client(server_->address());
  client.get("/feed");
  feed_->put("a");
  server_->drain(30ms);
  EXPECT_EQ(server_->connections(), 0u);
  EXPECT_EQ(client.answer().body, "a");
  EXPECT_FALSE(client.complete());
}

TEST_F(HttpStreams, CarryManyMegabytesWhole) {
  RawClient client(server_->address());
  client.get("/feed");
  feed_->put(std::string(20'000'000, 'y'), true);
  EXPECT_EQ(client.answer().body, std::string(20'000'000, 'y'));
}

}  // namespace
}  // namespace tweetpulse
