// The HTTP client against our own server and against sockets that misbehave.
#include "driver/http_client.h"

#include <gtest/gtest.h>

#include <atomic>

#include "driver/http_server.h"
#include "support/scripted_server.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;

std::string free_address() {
  const ScriptedServer server({});
  return "http://127.0.0.1:" + std::to_string(server.port());
}

TEST(HttpClient, SendsMethodBodyLoginAndHeadersAndReadsTheAnswer) {
  std::atomic<int> calls = 0;
  HttpRequest seen;
  HttpServerConfig config;
  config.listen = "127.0.0.1:0";
  auto server = HttpServer::open(config, [&](const HttpRequest& request) {
    seen = request;
    ++calls;
    return HttpResponse{.status = 418, .headers = {{"X-Kind", "pot"}}, .body = "{\"short\":true}"};
  });
  ASSERT_TRUE(server);
  HttpClient client({});
  HttpCall call{.method = "PUT", .url = "http://" + (*server)->address() + "/a/b?c=d", .body = "{}"};
  call.user = "user";
  call.password = "pass:word";
  call.headers = {{"X-One", "1"}};
  const auto answer = client.call(call);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(answer->header("x-kind"), "pot");
  EXPECT_EQ(answer->body, "{\"short\":true}");
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.target, "/a/b?c=d");
  EXPECT_EQ(seen.body, "{}");
  EXPECT_EQ(seen.header("authorization"), "Basic dXNlcjpwYXNzOndvcmQ=");
  EXPECT_EQ(seen.header("x-one"), "1");
  EXPECT_EQ(seen.header("content-type"), "application/json");
  EXPECT_EQ(seen.header("expect"), "");
}

TEST(HttpClient, KeepsItsConnection) {
  HttpServerConfig config;
  config.listen = "127.0.0.1:0";
  auto server = HttpServer::open(config, [&](const HttpRequest&) { return HttpResponse{.body = "{}"}; });
  ASSERT_TRUE(server);
  HttpClient client({});
  const HttpCall call{.url = "http://" + (*server)->address() + "/"};
  for (int n = 0; n < 5; ++n) ASSERT_TRUE(client.call(call));
  EXPECT_EQ((*server)->connections(), 1u);
}

TEST(HttpClient, SaysUnavailableWhereNobodyListens) {
  HttpClient client({});
  const auto answer = client.call({.url = free_address() + "/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_NE(answer.error().what.find("is it running?"), std::string::npos) << answer.error().what;
}

TEST(HttpClient, SaysUnavailableForAHostThatDoesNotExist) {
  HttpClient client({});
  const auto answer = client.call({.url = "http://no-such-host.invalid:9200/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST(HttpClient, SaysTimeoutWhenNoAnswerComes) {
  const ScriptedServer server({""});
  HttpClient client({});
  HttpCall call{.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/"};
  call.timeout = milliseconds(100);
  const auto answer = client.call(call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::timeout);
}

TEST(HttpClient, SaysTimeoutWhenTheAnswerIsCut) {
  const ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":"});
  HttpClient client({});
  const auto answer = client.call({.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::timeout);
}

TEST(HttpClient, RefusesAnAnswerOverItsBound) {
  HttpServerConfig config;
  config.listen = "127.0.0.1:0";
  auto server =
      HttpServer::open(config, [&](const HttpRequest&) { return HttpResponse{.body = std::string(5'000, 'x')}; });
  ASSERT_TRUE(server);
  HttpClient client({.max_response_bytes = 4'000});
  const auto answer = client.call({.url = "http://" + (*server)->address() + "/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::rejected);
}

TEST(HttpUrl, IsReadWithLoginPortAndPath) {
  const auto url = parse_http_url("https://us%40er:p%3Ass@search.example/path/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->address, "https://search.example:443/path");
  EXPECT_EQ(url->user, "us@er");
  EXPECT_EQ(url->password, "p:ss");
  EXPECT_EQ(parse_http_url("http://localhost:9200")->address, "http://localhost:9200");
  EXPECT_EQ(parse_http_url("http://[::1]:9200")->address, "http://[::1]:9200");
}

TEST(HttpUrl, IsRefusedWithoutItsPassword) {
  for (const auto* wrong : {"", "localhost:9200", "ftp://u:secret@host", "http://", "http://u:secret@host:99999"}) {
    const auto url = parse_http_url(wrong);
    ASSERT_FALSE(url) << wrong;
    EXPECT_EQ(url.error().what.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace tweetpulse
