#include "api/api_fixture.h"

namespace tweetpulse::api {
namespace {

class Search : public ApiTest {
 protected:
  Search() { save(five_tweets()); }
};

TEST_F(Search, WalksForwardAndBackOverEveryTweetOnce) {
  std::vector<std::string> forward, back;
  std::string cursor;
  HttpResponse page;
  do {
    page = get("/api/elastic/search?size=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const char* row : {"/data/0/id", "/data/1/id"}) {
      if (const std::string id = at(page.body, row); !id.empty()) forward.push_back(id);
    }
    cursor = at(page.body, "/meta/next_cursor");
    cursor = cursor == "null" ? "" : cursor.substr(1, cursor.size() - 2);
  } while (!cursor.empty());
  EXPECT_EQ(forward.size(), 5u);
  EXPECT_EQ(forward.front(), "\"2028102958524325889\"");
  cursor = at(page.body, "/meta/prev_cursor");
  while (cursor != "null") {
    page = get("/api/elastic/search?size=2&cursor=" + cursor.substr(1, cursor.size() - 2));
    back.insert(back.begin(), {at(page.body, "/data/0/id"), at(page.body, "/data/1/id")});
    cursor = at(page.body, "/meta/prev_cursor");
  }
  EXPECT_EQ(back, std::vector(forward.begin(), forward.end() - 1));
}

TEST_F(Search, RefusesTheCursorOfAnotherQuestion) {
  std::string cursor = at(get("/api/elastic/search?size=2").body, "/meta/next_cursor");
  cursor = cursor.substr(1, cursor.size() - 2);
  EXPECT_EQ(at(get("/api/elastic/search?q=other&cursor=" + cursor).body, "/code"), "\"cursor-mismatch\"");
  cursor.back() = cursor.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(at(get("/api/elastic/search?size=2&cursor=" + cursor).body, "/code"), "\"cursor-invalid\"");
}

TEST_F(Search, RefusesACursorAfterItsDay) {
  std::string cursor = at(get("/api/elastic/search?size=2").body, "/meta/next_cursor");
  clock += std::chrono::hours(25);
  const HttpResponse late = get("/api/elastic/search?size=2&cursor=" + cursor.substr(1, cursor.size() - 2));
  EXPECT_EQ(late.status, 410);
}

TEST_F(Search, NarrowsByShorthandFiltersOfWhichSeveralValuesAreOred) {
  EXPECT_EQ(at(get("/api/elastic/search?lang=es,und").body, "/meta/total"), "2");
  EXPECT_EQ(at(get("/api/elastic/search?lang=en&sentiment=positive").body, "/meta/total"), "2");
  EXPECT_EQ(at(get("/api/elastic/search?sentiment=unscored").body, "/meta/total"), "1");
  EXPECT_EQ(at(get("/api/elastic/search?author=@Ada&hashtag=%23nasa").body, "/meta/total"), "1");
}

TEST_F(Search, TakesTheSameNamesAsAJsonBody) {
  const HttpResponse answer = send("POST", "/api/elastic/search", R"({"q":"artemis","size":1,"lang":["en"]})");
  EXPECT_EQ(at(answer.body, "/meta/total"), "3");
  EXPECT_EQ(at(answer.body, "/data/0/id"), "\"2028096666858422273\"");
}

TEST_F(Search, KeepsOnlyTheFieldsAskedFor) {
  const HttpResponse answer = get("/api/elastic/search?q=from:ada&fields=id,author.handle,hashtags.tag");
  EXPECT_EQ(at(answer.body, "/data/0"),
            R"({"id":"2028096666858422273","author":{"handle":"ada"},"hashtags":[{"tag":"Artemis"},{"tag":"NASA"}]})");
}

TEST_F(Search, AnswersNotModifiedToItsOwnETag) {
  const HttpResponse first = get("/api/elastic/search?q=artemis");
  const std::string etag(header(first, "ETag"));
  ASSERT_TRUE(etag.starts_with("W/\""));
  const HttpResponse again = get("/api/elastic/search?q=artemis", {{"if-none-match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
  EXPECT_EQ(get("/api/elastic/search?q=delay", {{"if-none-match", etag}}).status, 200);
}

TEST_F(Search, LinksToTheNextPage) {
  const std::string link(header(get("/api/elastic/search?size=2&q=artemis%20OR%20delay"), "Link"));
  EXPECT_TRUE(link.starts_with("</api/elastic/search?size=2&q=artemis%20OR%20delay&cursor=")) << link;
  EXPECT_NE(link.find("rel=\"next\""), std::string::npos);
}

TEST_F(Search, CountsTheDaysOfAZone) {
  const HttpResponse answer =
      get("/api/elastic/analytics/volume?from=2026-02-28T15:00:00Z&to=2026-03-02T15:00:00Z&interval=1d&tz=Asia/Tokyo");
  EXPECT_EQ(at(answer.body, "/data/0/end"), "\"2026-03-01T15:00:00.000Z\"");
  EXPECT_EQ(at(answer.body, "/data/0/total"), "5");
  EXPECT_EQ(at(answer.body, "/meta/tz"), "\"Asia/Tokyo\"");
}

TEST_F(Search, ChartsAnArchiveWithoutAnyParameter) {
  const HttpResponse answer = get("/api/elastic/analytics/sentiment");
  EXPECT_EQ(at(answer.body, "/summary/total"), "5");
  EXPECT_EQ(at(answer.body, "/data/0/start"), "\"2026-03-01T12:00:05.000Z\"");
}

TEST_F(Search, GroupsAChartIntoSeriesOfEqualLength) {
  const HttpResponse answer =
      get("/api/elastic/analytics/volume?from=2026-03-01T12:00:00Z&to=2026-03-01T14:00:00Z&interval=1h&group_by=lang");
  EXPECT_EQ(at(answer.body, "/series/0/value"), "\"en\"");
  EXPECT_EQ(at(answer.body, "/series/0/totals"), "[2,1]");
}

TEST_F(Search, RefusesMoreBucketsThanFit) {
  const HttpResponse answer = get("/api/elastic/analytics/volume?from=now-30d&to=now&interval=10s");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(at(answer.body, "/code"), "\"too-many-buckets\"");
}

}  // namespace
}  // namespace tweetpulse::api
