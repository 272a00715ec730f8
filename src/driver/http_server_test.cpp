#include "driver/http_server.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "driver/http_compression.h"
#include "driver/raw_client.h"

namespace tweetpulse {
namespace {

using namespace std::chrono_literals;

// Lets a test wait for something that another thread does, without a clock.
class Signal {
 public:
  void set() {
    const std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [this] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

HttpResponse text(std::string body, int status = 200) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(body)};
}

std::unique_ptr<HttpServer> serve(HttpServer::Handler handler, HttpServerConfig config = {}) {
  if (config.listen == HttpServerConfig{}.listen) config.listen = "127.0.0.1:0";
  auto server = HttpServer::open(std::move(config), std::move(handler));
  if (!server) ADD_FAILURE() << server.error().what;
  return server ? std::move(*server) : nullptr;
}

HttpResponse echo(const HttpRequest& request) {
  return text(request.method + " " + request.target + " " + request.body);
}

std::string gzip_of(const std::string& plain) {
  return compress(Coding::gzip, plain);
}

std::string gunzip(const std::string& packed) {
  std::string plain;
  EXPECT_EQ(unpack("gzip", packed, 1 << 26, plain), Unpacked::whole);
  return plain;
}

TEST(HttpServer, AnswersSeveralRequestsOnOneConnection) {
  const auto server = serve(echo);
  RawClient client(server->address());
  for (int i = 0; i < 3; ++i) {
    client.post("/a?b=%20", "body" + std::to_string(i));
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST /a?b=%20 body" + std::to_string(i));
    EXPECT_EQ(answer.headers.at("connection"), "keep-alive");
    EXPECT_TRUE(answer.headers.at("date").ends_with(" GMT"));
  }
  EXPECT_EQ(server->connections(), 1u);
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  const auto server = serve([](const HttpRequest& request) {
    if (request.target == "/0") std::this_thread::sleep_for(20ms);
    return text(request.target);
  });
  RawClient client(server->address());
  std::string all;
  for (int i = 0; i < 20; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: t\r\n\r\n";
  client.send(all);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.answer().body, "/" + std::to_string(i));
}

TEST(HttpServer, ReadsARequestThatComesByteByByte) {
  const auto server = serve(echo);
  RawClient client(server->address());
  for (const char c : std::string(
           "POST /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;k=v\r\nd\r\n0\r\n\r\n")) {
    client.send(std::string(1, c));
  }
  EXPECT_EQ(client.answer().body, "POST /x abcd");
}

TEST(HttpServer, AnswersHeadWithTheHeadersOfGet) {
  const auto server = serve([](const HttpRequest&) { return text("twelve bytes"); });
  RawClient client(server->address());
  client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
  const RawAnswer head = client.answer(true);
  EXPECT_EQ(head.headers.at("content-length"), "12");
  EXPECT_EQ(head.headers.at("content-type"), "text/plain");
  client.get("/");
  EXPECT_EQ(client.answer().body, "twelve bytes");
}

TEST(HttpServer, ClosesWhenTheClientAsksForIt) {
  const auto server = serve(echo);
  RawClient client(server->address());
  client.get("/", "Connection: close\r\n");
  EXPECT_EQ(client.answer().headers.at("connection"), "close");
  EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, ClosesAfterAnHttp10Request) {
  const auto server = serve(echo);
  RawClient client(server->address());
  client.send("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.answer().body, "GET /old ");
  EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, AnswersAClientThatHasEndedSending) {
  const auto server = serve(echo);
  RawClient client(server->address());
  client.get("/");
  client.end_sending();
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, SendsNoLengthAndNoBodyWith204And304) {
  const auto server =
      serve([](const HttpRequest& request) { return text("none", std::atoi(request.target.c_str() + 1)); });
  RawClient client(server->address());
  for (const char* target : {"/204", "/304", "/200"}) {
    client.get(target);
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, std::atoi(target + 1));
    EXPECT_EQ(answer.headers.count("content-length"), answer.status == 200 ? 1u : 0u);
  }
}

TEST(HttpServer, SaysContinueBeforeAnExpectedBody) {
  const auto server = serve(echo);
  RawClient client(server->address());
  client.send("POST /c HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.answer().status, 100);
  client.send("ok");
  EXPECT_EQ(client.answer().body, "POST /c ok");
}

TEST(HttpServer, GivesHeaderNamesInLowerCaseAndTheRemoteAddress) {
  const auto server = serve([](const HttpRequest& request) {
    return text(std::string(request.header("x-mixed-case")) + "|" + request.remote);
  });
  RawClient client(server->address());
  client.get("/", "X-Mixed-Case:  Value \r\n");
  EXPECT_EQ(client.answer().body, "Value|127.0.0.1");
}

TEST(HttpServer, UnpacksGzipBodies) {
  const auto server = serve(echo);
  RawClient client(server->address());
  client.post("/", gzip_of(std::string(5000, 'x')), "Content-Encoding: gzip\r\n");
  EXPECT_EQ(client.answer().body, "POST / " + std::string(5000, 'x'));
}

TEST(HttpServer, RefusesABodyThatUnpacksToTooMuch) {
  HttpServerConfig config;
  config.body_limit = [](std::string_view, std::string_view) {
    return std::pair<std::size_t, std::size_t>(100'000, 1'000'000);
  };
  const auto server = serve(echo, std::move(config));
  RawClient client(server->address());
  client.post("/", gzip_of(std::string(5'000'000, 'x')), "Content-Encoding: gzip\r\n");
  EXPECT_EQ(client.answer().status, 413);
}

TEST(HttpServer, TellsTheHandlerOfADamagedBody) {
  const auto server = serve([](const HttpRequest& request) { return text(request.body_unreadable ? "bad" : "good"); });
  RawClient client(server->address());
  client.post("/", gzip_of(std::string(500, 'x')).substr(0, 20), "Content-Encoding: gzip\r\n");
  EXPECT_EQ(client.answer().body, "bad");
}

TEST(HttpServer, PacksAnswersWhenAskedTo) {
  const std::string body(10'000, 'a');
  const auto server = serve([&](const HttpRequest&) { return text(body); });
  RawClient client(server->address());
  client.get("/", "Accept-Encoding: gzip\r\n");
  RawAnswer answer = client.answer();
  EXPECT_EQ(answer.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(gunzip(answer.body), body);
  client.get("/", "Accept-Encoding: gzip;q=0.5, br\r\n");
  EXPECT_EQ(client.answer().headers.at("content-encoding"), "br");
  client.get("/");
  answer = client.answer();
  EXPECT_EQ(answer.body, body);
  EXPECT_NE(answer.headers.at("vary").find("Accept-Encoding"), std::string::npos);
}

TEST(HttpServer, RunsTwoHandlersAtOnce) {
  Signal first, second;
  const auto server = serve([&](const HttpRequest& request) {
    (request.target == "/1" ? first : second).set();
    return text((request.target == "/1" ? second : first).wait() ? "met" : "alone");
  });
  RawClient one(server->address()), two(server->address());
  one.get("/1");
  two.get("/2");
  EXPECT_EQ(one.answer().body, "met");
  EXPECT_EQ(two.answer().body, "met");
}

TEST(HttpServer, AnswersWhenAHandlerThrows) {
  const auto server = serve([](const HttpRequest&) -> HttpResponse { throw std::runtime_error("broken"); });
  RawClient client(server->address());
  client.get("/");
  EXPECT_EQ(client.answer().status, 500);
}

TEST(HttpServer, SurvivesAClientThatDisappears) {
  Signal entered, go;
  const auto server = serve([&](const HttpRequest& request) {
    if (request.target == "/slow") {
      entered.set();
      go.wait();
    }
    return text(std::string(1'000'000, 'x'));
  });
  {
    RawClient client(server->address());
    client.get("/slow");
    entered.wait();
  }
  go.set();
  RawClient next(server->address());
  next.get("/");
  EXPECT_EQ(next.answer().body.size(), 1'000'000u);
}

TEST(HttpServer, ListensOnAUnixSocketAndRemovesALeftOverOne) {
  const auto path = std::filesystem::temp_directory_path() / ("tweetpulse-http-" + std::to_string(::getpid()));
  for (int i = 0; i < 2; ++i) {
    HttpServerConfig config;
    config.listen = "unix:" + path.string();
    const auto server = serve(echo, config);
    ASSERT_TRUE(server);
    RawClient client(server->address());
    client.get("/u");
    EXPECT_EQ(client.answer().body, "GET /u ");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(HttpServer, NamesTheAddressThatIsTaken) {
  const auto server = serve(echo);
  HttpServerConfig config;
  config.listen = server->address();
  const auto second = HttpServer::open(config, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_NE(second.error().what.find(server->address()), std::string::npos);
}

TEST(HttpServer, LetsARunningRequestEndWhenItDrains) {
  Signal entered, go;
  const auto server = serve([&](const HttpRequest&) {
    entered.set();
    go.wait();
    return text("done");
  });
  RawClient client(server->address()), idle(server->address());
  client.get("/");
  ASSERT_TRUE(entered.wait());
  std::thread drain([&] { server->drain(20s); });
  EXPECT_TRUE(idle.at_end());
  go.set();
  EXPECT_EQ(client.answer().body, "done");
  EXPECT_TRUE(client.at_end());
  client.disconnect();
  drain.join();
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_FALSE(RawClient(server->address()).connected());
}

}  // namespace
}  // namespace tweetpulse
