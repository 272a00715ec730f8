#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "driver/http_server.h"
#include "driver/raw_client.h"

namespace tweetpulse {
namespace {

using namespace std::chrono_literals;

HttpServerConfig config_with_problems() {
  HttpServerConfig config;
  config.listen = "127.0.0.1:0";
  config.body_limit = [](std::string_view, std::string_view path) {
    return path == "/big" ? std::pair<std::size_t, std::size_t>(1 << 20, 1 << 20)
                          : std::pair<std::size_t, std::size_t>(1000, 4000);
  };
  config.problem = [](int status, std::string_view code, std::string_view, const HttpRequest*) {
    return HttpResponse{
        .status = status, .headers = {{"Content-Type", "application/problem+json"}}, .body = std::string(code)};
  };
  return config;
}

class HttpLimits : public testing::Test {
 protected:
  void open(HttpServerConfig config) {
    server_ = *HttpServer::open(std::move(config), [this](const HttpRequest& request) {
      ++handled_;
      return HttpResponse{.body = request.body};
    });
  }
  void SetUp() override { open(config_with_problems()); }
  // Sends the bytes; the answer must be this problem and the connection must end.
  void expect_refused(std::string_view bytes, int status, std::string_view code) {
    RawClient client(server_->address());
    client.send(bytes);
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, status) << bytes.substr(0, 200);
    EXPECT_EQ(answer.body, code) << bytes.substr(0, 200);
    EXPECT_EQ(answer.headers.count("connection") ? answer.headers.at("connection") : "", "close");
    EXPECT_TRUE(client.at_end()) << bytes.substr(0, 200);
    EXPECT_EQ(handled_, 0) << bytes.substr(0, 200);
  }
  std::unique_ptr<HttpServer> server_;
  std::atomic<int> handled_ = 0;
};

class HttpMalformed : public HttpLimits, public testing::WithParamInterface<std::string_view> {};

TEST_P(HttpMalformed, IsAnswered400AndClosed) {
  expect_refused(GetParam(), 400, "malformed-request");
}

using namespace std::string_view_literals;
INSTANTIATE_TEST_SUITE_P(
    Corpus, HttpMalformed,
    testing::Values(
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv,
        "POST / HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3, 3\r\n\r\nabc"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: +3\r\n\r\nabc"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0x3\r\n\r\nabc"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"sv,
        "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n"sv,
        "GET / HTTP/1.1\r\nHost: t\r\nX-Folded: a\r\n b\r\n\r\n"sv,
        "GET / HTTP/1.1\r\nHost: t\r\nX-Folded: a\r\n\tb\r\n\r\n"sv, "GET / HTTP/1.1\nHost: t\n\n"sv,
        "GET / HTTP/1.1\r\nHost: t\nX: y\r\n\r\n"sv, "GET / HTTP/1.1\r\nHost: t\r\n\n"sv,
        "GET / HTTP/1.1\r\nHost : t\r\n\r\n"sv, "GET / HTTP/1.1\r\nno colon\r\n\r\n"sv,
        "GET / HTTP/1.1\r\n: empty\r\n\r\n"sv, "GET / HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n"sv,
        "GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n"sv, "GET / HTTP/1.1\r\n\r\n"sv,
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"sv, "GET / HTTP/2.0\r\nHost: t\r\n\r\n"sv,
        "GET / HTTP/1.1 x\r\nHost: t\r\n\r\n"sv, "GET  / HTTP/1.1\r\nHost: t\r\n\r\n"sv,
        "GET /a b HTTP/1.1\r\nHost: t\r\n\r\n"sv, "G@T / HTTP/1.1\r\nHost: t\r\n\r\n"sv, "GET /\r\nHost: t\r\n\r\n"sv,
        "\r\n\r\n"sv, "\x16\x03\x01\x02\n"sv));

TEST_F(HttpLimits, AnswersALongRequestLineWith414) {
  expect_refused("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n", 414, "uri-too-long");
}

TEST_F(HttpLimits, AnswersARequestLineWithoutEndWith414) {
  expect_refused("GET /" + std::string(9000, 'a'), 414, "uri-too-long");
}

TEST_F(HttpLimits, AnswersLongHeadersWith431) {
  expect_refused("GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(17'000, 'a'), 431, "headers-too-large");
}

TEST_F(HttpLimits, AnswersManyHeadersWith431) {
  std::string head = "GET / HTTP/1.1\r\nHost: t\r\n";
  for (int i = 0; i < 100; ++i) head += "X: 1\r\n";
  expect_refused(head + "\r\n", 431, "headers-too-large");
}

TEST_F(HttpLimits, AnswersADeclaredBodyThatIsTooLargeBeforeItComes) {
  expect_refused("POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n", 413,
                 "body-too-large");
}

TEST_F(HttpLimits, AnswersChunksThatAreTooLargeInAll) {
  std::string body;
  for (int i = 0; i < 11; ++i) body += "64\r\n" + std::string(100, 'x') + "\r\n";
  expect_refused("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 413, "body-too-large");
}

TEST_F(HttpLimits, AnswersAnEndlessLengthWith413) {
  expect_refused("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9999999999999999999\r\n\r\n", 413, "body-too-large");
}

TEST_F(HttpLimits, ReadsOnAfter413SoThatTheClientGetsTheAnswer) {
  RawClient client(server_->address());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n");
  EXPECT_TRUE(client.send(std::string(3'000'000, 'x')));
  EXPECT_EQ(client.answer().status, 413);
}

TEST_F(HttpLimits, TakesWhatIsJustAtTheLimits) {
  RawClient client(server_->address());
  client.get("/" + std::string(8 * 1024 - 16, 'a'), "X: " + std::string(16'000, 'b') + "\r\n");
  EXPECT_EQ(client.answer().status, 200);
  client.post("/", std::string(1000, 'x'));
  EXPECT_EQ(client.answer().body.size(), 1000u);
  client.post("/big?q", std::string(1 << 20, 'x'));
  EXPECT_EQ(client.answer().body.size(), 1u << 20);
}

TEST_F(HttpLimits, AnswersASlowHeadWith408) {
  auto config = config_with_problems();
  config.header_timeout = 40ms;
  open(std::move(config));
  expect_refused("GET / HTTP/1.1\r\nHo", 408, "request-timeout");
}

TEST_F(HttpLimits, AnswersASlowBodyWith408) {
  auto config = config_with_problems();
  config.header_timeout = 40ms;
  open(std::move(config));
  expect_refused("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc", 408, "request-timeout");
}

TEST_F(HttpLimits, ClosesAnIdleConnection) {
  auto config = config_with_problems();
  config.idle_timeout = 40ms;
  open(std::move(config));
  RawClient client(server_->address());
  client.get("/");
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpLimits, AnswersAHandlerThatTakesTooLongWith504) {
  auto config = config_with_problems();
  config.answer_timeout = 40ms;
  server_ = *HttpServer::open(std::move(config), [](const HttpRequest&) {
    std::this_thread::sleep_for(300ms);
    return HttpResponse{};
  });
  RawClient client(server_->address());
  client.get("/");
  EXPECT_EQ(client.answer().body, "deadline-exceeded");
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpLimits, AnswersConnectionsBeyondTheLimitWith503) {
  auto config = config_with_problems();
  config.max_connections = 1;
  open(std::move(config));
  RawClient first(server_->address());
  first.get("/");
  EXPECT_EQ(first.answer().status, 200);
  RawClient second(server_->address());
  second.get("/");
  EXPECT_EQ(second.answer().body, "unavailable");
  EXPECT_TRUE(second.at_end());
  first.get("/");
  EXPECT_EQ(first.answer().status, 200);
}

}  // namespace
}  // namespace tweetpulse
