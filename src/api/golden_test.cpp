#include <fstream>
#include <sstream>

#include "api/api_fixture.h"

namespace tweetpulse::api {
namespace {

const std::vector<std::string_view> kOfTheRun{"took_ms", "behind_ms", "backend", "next_cursor", "prev_cursor"};

std::string golden(std::string_view name) {
  std::ifstream file(std::string(TWEETPULSE_SOURCE_DIR) + "/tests/data/api/" + std::string(name) + ".json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Golden : public ApiTest {
 protected:
  Golden() { save(five_tweets()); }
  void expect(std::string_view name, std::string_view target) {
    const HttpResponse answer = get(target);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(same_json(answer.body, golden(name), kOfTheRun)) << answer.body;
  }
};

TEST_F(Golden, SearchIsAsThePageSays) {
  expect("search", "/api/elastic/search?q=artemis%20lang:en&size=1&facets=sentiment&highlight=true");
}

TEST_F(Golden, SentimentIsAsThePageSays) {
  Gap gap{"x", "disconnect", *parse_rfc3339("2026-03-01T13:20:00Z"), *parse_rfc3339("2026-03-01T13:23:00Z"),
          "",  std::nullopt};
  ASSERT_TRUE(store->books().open_gap(gap));
  ASSERT_TRUE(store->books().close_gap("x", *gap.to, ""));
  expect("sentiment", "/api/elastic/analytics/sentiment?from=2026-03-01T12:00:00Z&to=2026-03-01T14:00:00Z&interval=1h");
}

TEST_F(Golden, EntitiesAreAsThePageSays) {
  EnrichedTweet earlier = tweet("2028069000000000000", "2026-03-01T11:25:00Z", "Bientôt #Artemis");
  earlier.analysis.language = "fr";
  earlier.analysis.hashtags.push_back({"Artemis", 8, 16});
  save({earlier});
  expect("entities",
         "/api/elastic/analytics/"
         "entities?type=hashtag&size=2&compare=previous&from=2026-03-01T12:00:00Z&to=2026-03-01T14:00:00Z");
}

TEST_F(Golden, StoredTweetsAreAsThePageSays) {
  expect(
      "tweets",
      "/api/tweets?from=2026-03-01T12:00:00Z&to=2026-03-01T13:00:00Z&limit=2&fields=id,created_at,author.handle,text");
}

}  // namespace
}  // namespace tweetpulse::api
