#include "api/api_fixture.h"

namespace tweetpulse::api {
namespace {

constexpr std::string_view kLine =
    R"({"id":"11","text":"hello","created_at":"2026-03-01T12:00:00Z","author":{"id":"7","username":"ada"}})";

class Ingestion : public ApiTest {
 protected:
  HttpResponse push(std::string body, HttpHeaders headers = {}) {
    headers.emplace_back("content-type", "application/x-ndjson");
    return send("POST", "/api/ingestion/tweets", std::move(body), std::move(headers));
  }
};

TEST_F(Ingestion, AcceptsALineAndNamesTheRefusedOne) {
  const HttpResponse answer = push(std::string(kLine) + "\n{\"id\":\n");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(at(answer.body, "/accepted"), "1");
  EXPECT_EQ(at(answer.body, "/refused"), R"([{"line":2,"reason":"not_json"}])");
  EXPECT_EQ(queue->status()->entries_added, 1);
}

TEST_F(Ingestion, RefusesABodyWithoutAGoodLine) {
  const HttpResponse answer = push("{\"id\":\n");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(at(answer.body, "/code"), "\"nothing-accepted\"");
  EXPECT_EQ(at(answer.body, "/errors/0/type"), "\"not_json\"");
}

TEST_F(Ingestion, GivesTheStoredAnswerToARepeatedKey) {
  const HttpHeaders key{{"idempotency-key", "one"}};
  const HttpResponse first = push(std::string(kLine), key), second = push(std::string(kLine), key);
  EXPECT_EQ(first.body, second.body);
  EXPECT_EQ(header(second, "Idempotent-Replayed"), "true");
  EXPECT_EQ(at(push("{\"id\":\"1\"}\n", key).body, "/code"), "\"idempotency-mismatch\"");
}

TEST_F(Ingestion, RefusesMoreLinesThanABodyMayHave) {
  EXPECT_EQ(push(std::string(10'001, '\n')).status, 413);
}

TEST_F(Ingestion, ShowsBooksThatBalance) {
  push(std::string(kLine) + "\n{\"id\":\n");
  const HttpResponse answer = get("/api/ingestion");
  EXPECT_EQ(at(answer.body, "/data/ledger/received"), "2");
  EXPECT_EQ(at(answer.body, "/data/ledger/refused"), "1");
  EXPECT_EQ(at(answer.body, "/data/ledger/accepted"), "1");
  EXPECT_EQ(at(answer.body, "/data/ledger/elastic/in_flight"), "1");
  EXPECT_EQ(at(answer.body, "/data/ledger/persist/difference"), "0");
  EXPECT_EQ(at(answer.body, "/data/queue/durability"), "\"full\"");
}

TEST_F(Ingestion, IsBehindWhileATweetWaitsForTheIndex) {
  EXPECT_EQ(at(get("/api/elastic/search").body, "/meta/behind_ms"), "0");
  push(std::string(kLine));
  make({});  // forgets the recent figure
  clock = now() + std::chrono::seconds(1);
  EXPECT_NE(at(get("/api/elastic/search").body, "/meta/behind_ms"), "0");
}

TEST_F(Ingestion, KeepsTheWantedStateOfASource) {
  EXPECT_EQ(send("POST", "/api/ingestion/start", R"({"source":"simulator"})").status, 202);
  EXPECT_EQ(at(get("/api/ingestion").body, "/data/wanted"), "\"running\"");
  EXPECT_EQ(send("POST", "/api/ingestion/pause").status, 202);
  EXPECT_EQ(store->books().sources()->front().wanted, "paused");
  EXPECT_EQ(at(send("POST", "/api/ingestion/stop", R"({"source":"simulatr"})").body, "/errors/0/suggestion"),
            "\"simulator\"");
}

TEST_F(Ingestion, SetsTheSimulatorAndKeepsWhatIsLeftOut) {
  EXPECT_EQ(at(get("/api/ingestion/simulator").body, "/data/rate"), "20");
  EXPECT_EQ(send("PUT", "/api/ingestion/simulator", R"({"rate":500})").status, 200);
  EXPECT_EQ(at(get("/api/ingestion/simulator").body, "/data"), R"({"rate":500,"scenario":"everyday","seed":1})");
  EXPECT_EQ(send("PUT", "/api/ingestion/simulator", R"({"rate":20000})").status, 422);
}

TEST_F(Ingestion, ListsDeadLettersInPagesAndDiscardsThem) {
  push("{\"id\":\n{\"text\":\n" + std::string(kLine));
  const HttpResponse first = get("/api/dead-letters?group=ingest&limit=1");
  const std::string cursor = at(first.body, "/meta/next_cursor");
  const HttpResponse second =
      get("/api/dead-letters?group=ingest&limit=1&cursor=" + cursor.substr(1, cursor.size() - 2));
  EXPECT_EQ(at(second.body, "/meta/count"), "1");
  EXPECT_NE(at(first.body, "/data/0/id"), at(second.body, "/data/0/id"));
  EXPECT_EQ(at(first.body, "/data/0/reason"), "\"not_json\"");
  EXPECT_EQ(at(send("POST", "/api/dead-letters:discard", R"({"group":"ingest"})").body, "/data/discarded"), "2");
  EXPECT_EQ(send("POST", "/api/dead-letters/none:discard").status, 404);
}

TEST_F(Ingestion, ShowsThePipelineOnPagesOfItsOwn) {
  push(std::string(kLine));
  EXPECT_EQ(at(get("/api/streams").body, "/data/length"), "1");
  EXPECT_EQ(at(get("/api/ledger?from=now-10000d").body, "/data/totals/accepted"), "1");
  EXPECT_EQ(at(get("/api/workers").body, "/data"), "[]");
  EXPECT_EQ(get("/api/stores").status, 200);
  EXPECT_EQ(at(get("/api/jobs").body, "/data"), "[]");
}

}  // namespace
}  // namespace tweetpulse::api
