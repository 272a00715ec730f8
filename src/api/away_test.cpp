#include "api/api_fixture.h"

namespace tweetpulse::api {
namespace {

// An index whose server is away.
class AwayIndex : public SearchIndex {
 public:
  Result<std::vector<Refused>> index(std::span<const EnrichedTweet>) override { return away(); }
  Result<> remove(std::span<const std::string>) override { return away(); }
  Result<SearchPage> find(const Query&, const FindOptions&) override { return away(); }
  Result<std::optional<std::pair<Time, Time>>> extent(const Query&) override { return away(); }
  Result<std::vector<Series>> series(const Query&, std::span<const Time>, std::string_view, bool) override {
    return away();
  }
  Result<TopPage> top(const Query&, const TopOptions&) override { return away(); }
  Result<std::map<std::string, std::int64_t>> counts(const Query&, const TopOptions&,
                                                     std::span<const std::string>) override {
    return away();
  }
  Result<std::vector<DocumentRevision>> revisions(std::string_view, std::size_t) override { return away(); }
  Result<std::int64_t> change_counter() override { return away(); }
  std::string_view adapter() const override { return "away"; }
  Result<> ping() override { return away(); }

 private:
  static Error away() { return {ErrorCode::unavailable, "http://search:9200 refuses the connection"}; }
};

class WithoutIndex : public ApiTest {
 protected:
  WithoutIndex() {
    save(five_tweets());
    api.reset();
    index = std::make_unique<AwayIndex>();
    make({});
  }
};

TEST_F(WithoutIndex, SearchAnswersFromTheStoreAndSaysSo) {
  const HttpResponse page = get("/api/elastic/search?q=artemis%20lang:en&size=2");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(at(page.body, "/meta/partial"), "true");
  EXPECT_EQ(at(page.body, "/meta/backend"), "\"store\"");
  EXPECT_EQ(at(page.body, "/meta/total"), "3");
  EXPECT_EQ(at(page.body, "/data/1/id"), "\"2028078714188726273\"");
  const std::string next = at(page.body, "/meta/next_cursor");
  const HttpResponse rest =
      get("/api/elastic/search?q=artemis%20lang:en&size=2&cursor=" + next.substr(1, next.size() - 2));
  EXPECT_EQ(at(rest.body, "/data/0/id"), "\"2028077812916682753\"");
  EXPECT_EQ(at(rest.body, "/meta/next_cursor"), "null");
}

TEST_F(WithoutIndex, NoAnswerNamesAHost) {
  EXPECT_EQ(get("/api/elastic/search").body.find("9200"), std::string::npos);
  EXPECT_EQ(get("/api/elastic/analytics/entities").body.find("9200"), std::string::npos);
}

TEST_F(WithoutIndex, ChartsComeFromTheHourlyCounts) {
  const HttpResponse chart = get("/api/elastic/analytics/sentiment?interval=1h&group_by=lang");
  EXPECT_EQ(chart.status, 200);
  EXPECT_EQ(at(chart.body, "/meta/partial"), "true");
  EXPECT_EQ(at(chart.body, "/summary"),
            R"({"total":5,"positive":2,"neutral":1,"negative":1,"unscored":1,"mean_score":null,"net":0.25})");
  EXPECT_EQ(at(chart.body, "/data/0/start"), "\"2026-03-01T12:00:00.000Z\"");
  EXPECT_EQ(at(chart.body, "/series/0"), R"({"value":"en","total":3,"totals":[2,1]})");
}

TEST_F(WithoutIndex, QuestionsThatNeedTheIndexAreUnavailable) {
  EXPECT_EQ(get("/api/elastic/analytics/sentiment?q=artemis").status, 503);
  EXPECT_EQ(get("/api/elastic/analytics/volume?interval=1m").status, 503);
  const HttpResponse top = get("/api/elastic/analytics/entities");
  EXPECT_EQ(at(top.body, "/code"), "\"unavailable\"");
  EXPECT_EQ(header(top, "Retry-After"), "1");
}

}  // namespace
}  // namespace tweetpulse::api
