// The table of delivery.md section 6, row by row, against a server that answers _bulk from a script.
#include "search/elastic_bulk.h"

#include <gtest/gtest.h>

#include <deque>
#include <mutex>

#include "driver/http_server.h"

namespace tweetpulse::elastic {
namespace {

struct Scripted {
  int status = 200;
  std::string body;
  bool cut = false;
};

std::string item(int status, std::string_view type = "") {
  std::string out = R"({"index":{"status":)" + std::to_string(status);
  if (!type.empty()) out += R"(,"error":{"type":")" + std::string(type) + R"(","reason":"so it is"})";
  return out + "}}";
}

Scripted items(std::initializer_list<std::string> all) {
  std::string body;
  for (const auto& one : all) body += (body.empty() ? "" : ",") + one;
  return {200, R"({"errors":true,"items":[)" + body + "]}"};
}

Scripted all_done(int count) {
  std::string body;
  for (int i = 0; i < count; ++i) body += (i == 0 ? "" : ",") + item(201);
  return {200, R"({"errors":false,"items":[)" + body + "]}"};
}

Scripted failure(int status, std::string_view type) {
  return {status, R"({"error":{"root_cause":[],"type":")" + std::string(type) + R"(","reason":"so it is"},"status":)" +
                      std::to_string(status) + "}"};
}

class ElasticBulk : public testing::Test {
 protected:
  ElasticBulk() {
    HttpServerConfig config;
    config.listen = "127.0.0.1:0";
    config.body_limit = [](std::string_view, std::string_view) {
      return std::pair(std::size_t{1} << 30, std::size_t{1} << 30);
    };
    auto opened = HttpServer::open(config, [this](const HttpRequest& request) { return answer(request); });
    if (!opened) throw std::runtime_error(opened.error().what);
    server_ = std::move(*opened);
    auto client = Client::open({"http://" + server_->address(), "", std::chrono::milliseconds(5'000)});
    if (!client) throw std::runtime_error(client.error().what);
    client_ = std::move(*client);
    make({});
  }

  void make(BulkLimits limits) {
    bulk_ = std::make_unique<Bulk>(*client_, limits, [this]() -> Result<> {
      ++restored_;
      if (restore_error_) return *restore_error_;
      return {};
    });
  }
  void script(std::initializer_list<Scripted> answers) { answers_.assign(answers); }
  static Writes writes(int count, std::size_t size = 10) {
    Writes all;
    for (int i = 0; i < count; ++i)
      all.index("t" + std::to_string(i), 7,
                [&](std::string& out) { out += R"({"x":")" + std::string(size, 'x') + "\"}"; });
    return all;
  }
  Result<std::vector<Outcome>> send(const Writes& all) { return bulk_->send("tweets", all); }
  // The fates as letters: d done, c conflict, r refused; an error's code otherwise.
  std::string sent(int count) {
    const auto outcomes = send(writes(count));
    if (!outcomes)
      return outcomes.error().code == ErrorCode::timeout ? "timeout"
             : outcomes.error().retryable()              ? "unavailable"
                                                         : "gone";
    std::string out;
    for (const auto& outcome : *outcomes) out += "udcr"[static_cast<int>(outcome.fate)];
    return out;
  }
  // Ids of each request.
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const auto& body : bodies_) {
      std::string ids;
      for (std::size_t at = body.find("\"_id\":\""); at != std::string::npos; at = body.find("\"_id\":\"", at + 1))
        ids += (ids.empty() ? "" : " ") + body.substr(at + 7, body.find('"', at + 7) - at - 7);
      out.push_back(ids);
    }
    return out;
  }
  std::vector<std::size_t> sizes() {
    const std::lock_guard lock(mutex_);
    std::vector<std::size_t> out;
    for (const auto& body : bodies_) out.push_back(body.size());
    return out;
  }

  std::deque<Scripted> answers_;
  std::vector<std::string> bodies_;
  int restored_ = 0;
  std::optional<Error> restore_error_;

 private:
  HttpResponse answer(const HttpRequest& request) {
    HttpResponse response;
    response.headers = {{"Content-Type", "application/json"}, {"X-elastic-product", "Elasticsearch"}};
    if (request.target.find("/_bulk") == std::string::npos) {
      response.body = R"({"version":{"number":"9.2.0"}})";
      return response;
    }
    const std::lock_guard lock(mutex_);
    bodies_.push_back(request.body);
    if (answers_.empty()) return {.status = 500, .body = "{}"};
    response.status = answers_.front().status;
    response.body = answers_.front().body;
    answers_.pop_front();
    return response;
  }

  std::mutex mutex_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Bulk> bulk_;
};

TEST_F(ElasticBulk, SendsOneLineEachWithVersionAndType) {
  script({all_done(1)});
  Writes one;
  one.index("a\"b", 42, [](std::string& out) { out += "{}"; });
  ASSERT_TRUE(send(one));
  EXPECT_EQ(bodies_[0], "{\"index\":{\"_id\":\"a\\\"b\",\"version\":42,\"version_type\":\"external_gte\"}}\n{}\n");
}

TEST_F(ElasticBulk, AsksNothingForNothing) {
  EXPECT_EQ(sent(0), "");
  EXPECT_TRUE(asked().empty());
}

TEST_F(ElasticBulk, SettlesWhatIsDoneOrMade) {
  script({items({item(200), item(201)})});
  EXPECT_EQ(sent(2), "dd");
  EXPECT_EQ(asked().size(), 1u);
}

TEST_F(ElasticBulk, TakesANewerRevisionThereForSettled) {
  script({items({item(201), item(409, "version_conflict_engine_exception")})});
  EXPECT_EQ(sent(2), "dc");
}

TEST_F(ElasticBulk, SendsOnlyWhatWasTooMuchAgain) {
  script({items({item(201), item(429, "rejected_execution_exception"), item(201),
                 item(429, "es_rejected_execution_exception")}),
          items({item(429, "circuit_breaking_exception"), item(201)}), all_done(1)});
  EXPECT_EQ(sent(4), "dddd");
  EXPECT_EQ(asked(), (std::vector<std::string>{"t0 t1 t2 t3", "t1 t3", "t1"}));
}

TEST_F(ElasticBulk, LeavesWhatTheServerKeepsRefusingForLackOfRoomToTheWorker) {
  script({items({item(429, "rejected_execution_exception"), item(429, "rejected_execution_exception")})});
  EXPECT_EQ(sent(2), "unavailable");
  EXPECT_EQ(asked().size(), 1u);
}

TEST_F(ElasticBulk, GivesAWholeRequestThatWasTooMuchBackToTheWorker) {
  script({failure(429, "rejected_execution_exception")});
  EXPECT_EQ(sent(3), "unavailable");
  EXPECT_EQ(asked().size(), 1u);
}

TEST_F(ElasticBulk, HalvesItsRequestsWhenThereIsTooMuchAndGrowsThemAgain) {
  make({.bytes = 4'000'000, .senders = 2});
  script(
      {failure(429, "rejected_execution_exception"), all_done(2), all_done(2), all_done(1), all_done(3), all_done(3)});
  EXPECT_FALSE(send(writes(5, 700'000)));
  ASSERT_TRUE(send(writes(5, 700'000)));
  EXPECT_EQ(asked(), (std::vector<std::string>{"t0 t1 t2 t3 t4", "t0 t1", "t2 t3", "t4"}));
  for (int n = 0; n < 30; ++n) {
    script({all_done(1)});
    ASSERT_TRUE(send(writes(1)));
  }
  script({all_done(5)});
  ASSERT_TRUE(send(writes(5, 700'000)));
}

TEST_F(ElasticBulk, BoundsARequestByBytes) {
  make({.bytes = 1'000});
  script({all_done(3), all_done(3), all_done(1)});
  ASSERT_TRUE(send(writes(7, 240)));
  for (const auto size : sizes()) EXPECT_LE(size, 1'000u);
  EXPECT_EQ(asked(), (std::vector<std::string>{"t0 t1 t2", "t3 t4 t5", "t6"}));
}

TEST_F(ElasticBulk, SendsADocumentThatIsLargerThanTheBoundAlone) {
  make({.bytes = 1'000});
  script({all_done(1), all_done(1)});
  ASSERT_TRUE(send(writes(2, 5'000)));
  EXPECT_EQ(asked().size(), 2u);
}

TEST_F(ElasticBulk, RepeatsItemsOfUnknownOutcome) {
  for (const int status : {500, 502, 503, 504}) {
    script({items({item(201), item(status, "unavailable_shards_exception")}), all_done(1)});
    EXPECT_EQ(sent(2), "dd") << status;
  }
}

TEST_F(ElasticBulk, GivesARequestOfUnknownOutcomeBackToTheWorker) {
  for (const int status : {500, 502, 503, 504}) {
    script({failure(status, "no_node")});
    EXPECT_EQ(sent(2), "unavailable") << status;
  }
  EXPECT_EQ(asked().size(), 4u);
}

TEST_F(ElasticBulk, RefusesTheOneThatCannotBeIndexedAndNamesWhy) {
  script({items({item(201), item(400, "mapper_parsing_exception"), item(201)})});
  const auto outcomes = send(writes(3));
  ASSERT_TRUE(outcomes);
  EXPECT_EQ((*outcomes)[0].fate, Fate::done);
  EXPECT_EQ((*outcomes)[1].fate, Fate::refused);
  EXPECT_EQ((*outcomes)[1].reason, "mapper_parsing_exception: so it is");
  EXPECT_EQ((*outcomes)[2].fate, Fate::done);
}

TEST_F(ElasticBulk, MakesALostIndexAgainAndGoesOn) {
  script({items({item(404, "index_not_found_exception"), item(404, "index_not_found_exception")}), all_done(2)});
  EXPECT_EQ(sent(2), "dd");
  EXPECT_EQ(restored_, 1);
}

TEST_F(ElasticBulk, MakesALostIndexAgainWhenTheWholeRequestSaysSo) {
  script({failure(404, "index_not_found_exception"), all_done(2)});
  EXPECT_EQ(sent(2), "dd");
  EXPECT_EQ(restored_, 1);
}

TEST_F(ElasticBulk, BuriesNothingWhenTheLostIndexCannotBeMade) {
  restore_error_ = Error{ErrorCode::rejected, "too many shards"};
  script({items({item(404, "index_not_found_exception")})});
  EXPECT_EQ(sent(1), "unavailable");
}

TEST_F(ElasticBulk, PausesAtAReadOnlyIndexAndBuriesNothing) {
  for (const int status : {403, 429}) {
    make({});
    bodies_.clear();
    script({items({item(201), item(status, "cluster_block_exception")})});
    EXPECT_EQ(sent(2), "unavailable") << status;
    EXPECT_EQ(sent(2), "unavailable") << status;
    EXPECT_EQ(asked().size(), 1u) << "asked again before the pause was over";
  }
}

TEST_F(ElasticBulk, PausesAtAReadOnlyIndexThatRefusesTheWholeRequest) {
  for (const int status : {403, 429}) {
    make({});
    bodies_.clear();
    script({failure(status, "cluster_block_exception")});
    EXPECT_EQ(sent(2), "unavailable") << status;
    EXPECT_EQ(sent(2), "unavailable") << status;
    EXPECT_EQ(asked().size(), 1u);
  }
}

TEST_F(ElasticBulk, BuriesNothingWithAWrongLogin) {
  for (const int status : {401, 403}) {
    make({});
    script({failure(status, "security_exception")});
    EXPECT_EQ(sent(2), "unavailable") << status;
  }
  make({});
  script({items({item(201), item(403, "security_exception")})});
  EXPECT_EQ(sent(2), "unavailable");
}

TEST_F(ElasticBulk, HalvesARequestThatIsTooLarge) {
  script({failure(413, "too_large"), all_done(2), all_done(2)});
  EXPECT_EQ(sent(4), "dddd");
  EXPECT_EQ(asked(), (std::vector<std::string>{"t0 t1 t2 t3", "t0 t1", "t2 t3"}));
}

TEST_F(ElasticBulk, RefusesASingleDocumentThatIsTooLarge) {
  script({failure(413, "too_large")});
  EXPECT_EQ(sent(1), "r");
}

TEST_F(ElasticBulk, FindsTheOneThatSpoilsTheWholeRequest) {
  script({failure(400, "illegal_argument_exception"), failure(400, "illegal_argument_exception"), all_done(1),
          failure(400, "illegal_argument_exception"), all_done(2)});
  EXPECT_EQ(sent(4), "drdd");
}

TEST_F(ElasticBulk, TakesFewerAnswersThanWritesForUnknown) {
  script({all_done(2)});
  EXPECT_EQ(sent(3), "timeout");
}

TEST_F(ElasticBulk, TakesACutAnswerForUnknown) {
  script({{200, R"({"errors":false,"items":[{"index":{"status":201}},{"ind)"}});
  EXPECT_EQ(sent(2), "timeout");
}

TEST_F(ElasticBulk, TakesAnAnswerThatIsNoJsonForUnknown) {
  script({{200, "<html>proxy</html>"}});
  EXPECT_EQ(sent(1), "timeout");
}

}  // namespace
}  // namespace tweetpulse::elastic
