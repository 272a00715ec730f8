#include "api/api_fixture.h"

namespace tweetpulse::api {
namespace {

class Tweets : public ApiTest {
 protected:
  Tweets() { save(five_tweets()); }
};

TEST_F(Tweets, WalkInBothOrders) {
  for (const auto& [order, first] :
       {std::pair("desc", "\"2028102958524325889\""), std::pair("asc", "\"2028077812916682753\"")}) {
    const HttpResponse page = get("/api/tweets?limit=3&order=" + std::string(order));
    EXPECT_EQ(at(page.body, "/data/0/id"), first);
    const std::string cursor = at(page.body, "/meta/next_cursor");
    const HttpResponse rest =
        get("/api/tweets?limit=3&order=" + std::string(order) + "&cursor=" + cursor.substr(1, cursor.size() - 2));
    EXPECT_EQ(at(rest.body, "/meta/count"), "2");
    EXPECT_EQ(at(rest.body, "/meta/next_cursor"), "null");
    const std::string back = at(rest.body, "/meta/prev_cursor");
    const HttpResponse again =
        get("/api/tweets?limit=3&order=" + std::string(order) + "&cursor=" + back.substr(1, back.size() - 2));
    EXPECT_EQ(at(again.body, "/data"), at(page.body, "/data"));
    EXPECT_EQ(at(again.body, "/meta/prev_cursor"), "null");
  }
}

TEST_F(Tweets, AreBoundedByIdsExclusively) {
  const HttpResponse page =
      get("/api/tweets?order=asc&since_id=2028077812916682753&until_id=2028096666858422273&fields=id");
  EXPECT_EQ(at(page.body, "/data"), R"([{"id":"2028078714188726273"},{"id":"2028079605478326273"}])");
}

TEST_F(Tweets, StreamAsNdjsonThatEndsWithItsCount) {
  HttpResponse answer = get("/api/tweets?fields=id&lang=en", {{"accept", "application/x-ndjson"}});
  ASSERT_TRUE(answer.stream);
  EXPECT_EQ(drained(*answer.stream),
            "{\"id\":\"2028096666858422273\"}\n{\"id\":\"2028078714188726273\"}\n{\"id\":\"2028077812916682753\"}\n"
            "{\"meta\":{\"complete\":true,\"count\":3}}\n");
}

TEST_F(Tweets, StreamAsCsvWithFormulasMadeText) {
  EnrichedTweet formula = tweet("7", "2026-03-01T14:00:00Z", "=cmd|'/c calc'!A1, \"x\"");
  save({formula});
  HttpResponse answer = get("/api/tweets?fields=id,text&from=2026-03-01T14:00:00Z", {{"accept", "text/csv"}});
  ASSERT_TRUE(answer.stream);
  EXPECT_EQ(drained(*answer.stream), "id,text\r\n7,\"'=cmd|'/c calc'!A1, \"\"x\"\"\"\r\n");
}

TEST_F(Tweets, HaveOneAnswerById) {
  EXPECT_EQ(at(get("/api/tweets/2028096666858422273").body, "/data/author/handle"), "\"ada\"");
  EXPECT_EQ(at(get("/api/tweets/2028096666858422273?expand=timing&fields=id").body, "/data/timing/delay_ms"), "770");
  EXPECT_EQ(get("/api/tweets/1").status, 404);
}

TEST_F(Tweets, AreLookedUpWithErrorsForTheUnknown) {
  const HttpResponse answer = send("POST", "/api/tweets:lookup", R"({"ids":["2028096666858422273","1"]})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(at(answer.body, "/meta/count"), "1");
  EXPECT_EQ(at(answer.body, "/errors/0/id"), "\"1\"");
}

TEST_F(Tweets, AreErasedForGoodAndAgainWithoutError) {
  EXPECT_EQ(send("DELETE", "/api/tweets/2028096666858422273").status, 204);
  EXPECT_EQ(send("DELETE", "/api/tweets/2028096666858422273").status, 204);
  EXPECT_EQ(get("/api/tweets/2028096666858422273").status, 404);
  EXPECT_EQ(queue->status()->entries_added, store->books().totals()->accepted);
}

TEST_F(Tweets, AreCountedByTheHour) {
  const HttpResponse all = get("/api/aggregations/hourly");
  EXPECT_EQ(
      at(all.body, "/data"),
      R"([{"hour":"2026-03-01T12:00:00.000Z","value":null,"tweets":3},{"hour":"2026-03-01T13:00:00.000Z","value":null,"tweets":2}])");
  const HttpResponse first = get("/api/aggregations/hourly?dimension=lang&limit=1");
  EXPECT_EQ(at(first.body, "/data/0/value"), "\"en\"");
  const std::string cursor = at(first.body, "/meta/next_cursor");
  const HttpResponse second =
      get("/api/aggregations/hourly?dimension=lang&limit=1&cursor=" + cursor.substr(1, cursor.size() - 2));
  EXPECT_EQ(at(second.body, "/data/0/value"), "\"es\"");
}

}  // namespace
}  // namespace tweetpulse::api
