// Nodes and logins of a search server, against servers of our own.
#include "search/elastic_client.h"

#include <gtest/gtest.h>

#include <atomic>

#include "driver/http_server.h"

namespace tweetpulse::elastic {
namespace {

using std::chrono::milliseconds;

class ElasticClient : public testing::Test {
 protected:
  std::unique_ptr<HttpServer> node(const std::string& listen = "127.0.0.1:0") {
    HttpServerConfig config;
    config.listen = listen;
    auto server = HttpServer::open(config, [this](const HttpRequest&) {
      HttpResponse response{.status = status_};
      response.headers = {{"Content-Type", "application/json"}, {"X-elastic-product", "Elasticsearch"}};
      response.body = R"({"version":{"number":"9.2.0"}})";
      return response;
    });
    if (!server) throw std::runtime_error(server.error().what);
    return std::move(*server);
  }
  static Result<std::unique_ptr<Client>> open(const std::string& urls) {
    return Client::open({urls, "", milliseconds(2'000)});
  }

  std::atomic<int> status_{200};
};

TEST_F(ElasticClient, AsksTheNodeThatIsThereWhenOneIsDead) {
  auto first = node(), second = node();
  const auto urls = "http://" + first->address() + ",http://" + second->address();
  auto client = open(urls);
  ASSERT_TRUE(client) << client.error().what;
  first.reset();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE((*client)->call("GET", "/"));
}

TEST_F(ElasticClient, StartsWhenOnlyTheLastNodeIsThere) {
  auto dead = node(), alive = node();
  const auto gone = dead->address();
  dead.reset();
  EXPECT_TRUE(open("http://" + gone + ", http://" + alive->address()));
}

TEST_F(ElasticClient, RejectsARefusedLoginAtTheStartAndNamesTheVariable) {
  const auto server = node();
  status_ = 401;
  const auto client = open("http://" + server->address());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::rejected);
  EXPECT_NE(client.error().what.find("ELASTICSEARCH_URL"), std::string::npos);
}

TEST_F(ElasticClient, WaitsWhenALoginIsRefusedLater) {
  const auto server = node();
  const auto client = open("http://" + server->address());
  ASSERT_TRUE(client);
  (*client)->started();
  for (const int status : {401, 403}) {
    status_ = status;
    const auto answer = (*client)->ask("GET", "/");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  }
}

}  // namespace
}  // namespace tweetpulse::elastic
