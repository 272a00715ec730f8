#include "source/simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr Time kNoon = Time(milliseconds(1'790'000'000'000));

Simulator simulator(std::uint64_t seed = 1, std::string_view scenario = "everyday") {
  return {seed, *find_simulator_scenario(scenario)};
}

// The tweets of `events` events, ten a second.
std::vector<Tweet> stream(std::uint64_t events, std::string_view scenario = "everyday") {
  const auto source = simulator(7, scenario);
  std::vector<Tweet> all;
  for (std::uint64_t n = 0; n < events; ++n) {
    for (auto& tweet : source.event(n, kNoon + milliseconds(100 * n))) all.push_back(std::move(tweet));
  }
  return all;
}

double share(const std::vector<Tweet>& list, const std::function<bool(const Tweet&)>& is) {
  return static_cast<double>(std::count_if(list.begin(), list.end(), is)) / static_cast<double>(list.size());
}

bool has(const Tweet& tweet, std::string_view piece) {
  return tweet.text.find(piece) != std::string::npos;
}

std::string code_points(std::string_view text, int start, int end) {
  std::string out;
  int at = -1;
  for (const char byte : text) {
    if ((static_cast<unsigned char>(byte) & 0xc0) != 0x80) ++at;
    if (at >= start && at < end) out += byte;
  }
  return out;
}

TEST(Simulator, GivesTheSameEventForTheSameSeedNumberAndTime) {
  for (std::uint64_t n = 0; n < 500; ++n) EXPECT_EQ(simulator().event(n, kNoon), simulator().event(n, kNoon));
}

TEST(Simulator, GivesOtherTextsForAnotherSeed) {
  int same = 0;
  for (std::uint64_t n = 0; n < 200; ++n) {
    same += simulator(1).event(n, kNoon).back().text == simulator(2).event(n, kNoon).back().text ? 1 : 0;
  }
  EXPECT_LT(same, 10);
}

TEST(Simulator, NamesItsOwnTweetsBySeedAndNumber) {
  const auto source = simulator(42);
  for (std::uint64_t n = 0; n < 300; ++n) {
    const auto own = source.event(n, kNoon).back();
    if (own.action == Action::none) {
      EXPECT_EQ(own.id, "simulator:42:" + std::to_string(n));
    }
    EXPECT_EQ(own.source, "simulator");
  }
}

TEST(Simulator, CarriesTheOriginalBeforeItsCarrier) {
  for (const auto& scenario : simulator_scenarios()) {
    const auto source = simulator(3, scenario.name);
    for (std::uint64_t n = 0; n < 500; ++n) {
      const auto tweets = source.event(n, kNoon);
      const auto& own = tweets.back();
      for (const auto& id : {own.retweet_of, own.quote_of}) {
        if (!id.empty()) {
          EXPECT_EQ(tweets.front().id, id);
        }
      }
      EXPECT_LE(tweets.front().created_at, own.action == Action::none ? own.created_at : kNoon);
    }
  }
}

TEST(Simulator, CreatesNothingInTheFuture) {
  for (const auto& tweet : stream(3'000)) {
    if (tweet.action == Action::none) {
      EXPECT_LE(tweet.created_at, *tweet.observed_at);
    }
  }
}

TEST(Simulator, KeepsTheTextOfACarriedOriginalButNotItsCounts) {
  std::map<std::string, Tweet> first;
  int again = 0;
  for (const auto& tweet : stream(5'000)) {
    if (tweet.action != Action::none) continue;
    const auto [place, fresh] = first.emplace(tweet.id, tweet);
    if (fresh) continue;
    ++again;
    EXPECT_EQ(place->second.text, tweet.text);
    EXPECT_EQ(place->second.created_at, tweet.created_at);
    EXPECT_LE(*place->second.metrics.likes, *tweet.metrics.likes);
  }
  EXPECT_GT(again, 100);
}

TEST(Simulator, DeclaresSpansThatSliceToTheirLinks) {
  int links = 0;
  for (const auto& tweet : stream(3'000)) {
    for (const auto& url : tweet.declared.urls) {
      ++links;
      EXPECT_EQ(code_points(tweet.text, url.start, url.end), url.url) << tweet.text;
      EXPECT_TRUE(url.expanded_url.starts_with("https://"));
    }
  }
  EXPECT_GT(links, 300);
}

TEST(Simulator, SurvivesPacking) {
  for (const auto& tweet : stream(2'000)) {
    std::string packed;
    append_packed(packed, tweet);
    auto back = read_packed(packed);
    ASSERT_TRUE(back) << packed;
    EXPECT_EQ(*back, tweet);
  }
}

TEST(Simulator, ErasesOnlyWhatItSentBefore) {
  std::set<std::string> sent;
  int erased = 0;
  for (const auto& tweet : stream(10'000)) {
    if (tweet.action == Action::erase) {
      ++erased;
      EXPECT_TRUE(sent.contains(tweet.id)) << tweet.id;
      EXPECT_TRUE(tweet.text.empty());
      EXPECT_TRUE(tweet.event_at);
    }
    sent.insert(tweet.id);
  }
  EXPECT_GT(erased, 10);
}

TEST(Simulator, CutsRetweetsAsXDoes) {
  int cut = 0;
  for (const auto& tweet : stream(3'000)) {
    if (tweet.retweet_of.empty()) continue;
    EXPECT_TRUE(tweet.text.starts_with("RT @"));
    EXPECT_LE(std::count_if(tweet.text.begin(), tweet.text.end(),
                            [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }),
              140);
    cut += tweet.text.ends_with("\u2026") ? 1 : 0;
  }
  EXPECT_GT(cut, 50);
}

TEST(Simulator, HasTheProportionsOfRealStreams) {
  const auto all = stream(20'000);
  std::vector<Tweet> posts;
  std::set<std::string> ids;
  std::int64_t repeated = 0;
  for (const auto& tweet : all) {
    if (tweet.action != Action::none) continue;
    repeated += ids.insert(tweet.id).second ? 0 : 1;
    posts.push_back(tweet);
  }
  const auto near = [&](const char* what, double got, double least, double most) {
    EXPECT_GE(got, least) << what;
    EXPECT_LE(got, most) << what;
  };
  near("hashtag", share(posts, [](const Tweet& t) { return has(t, "#"); }), .12, .22);
  near("mention", share(posts, [](const Tweet& t) { return has(t, "@"); }), .42, .56);
  near("link", share(posts, [](const Tweet& t) { return has(t, "https://"); }), .25, .51);
  near("retweet", share(posts, [](const Tweet& t) { return !t.retweet_of.empty(); }), .17, .50);
  near("line break", share(posts, [](const Tweet& t) { return has(t, "\n"); }), .08, .16);
  near("old", share(posts, [](const Tweet& t) { return *t.observed_at - t.created_at > milliseconds(60'000); }), .33,
       .45);
  near("repeated", static_cast<double>(repeated) / static_cast<double>(posts.size()), .04, .10);
  std::vector<std::size_t> bytes;
  for (const auto& tweet : posts) bytes.push_back(tweet.text.size());
  std::sort(bytes.begin(), bytes.end());
  near("bytes p50", static_cast<double>(bytes[bytes.size() / 2]), 70, 130);
  near("bytes p99", static_cast<double>(bytes[bytes.size() * 99 / 100]), 300, 700);
}

TEST(Simulator, WritesManyLanguages) {
  std::map<std::string, int> seen;
  for (const auto& tweet : stream(5'000)) ++seen[tweet.lang_declared];
  for (const auto* code : {"en", "es", "pt", "fr", "de", "ar", "ja", "hi", "und"}) EXPECT_GT(seen[code], 10) << code;
  EXPECT_GT(seen["en"], seen["de"]);
}

TEST(Simulator, HasHotAuthors) {
  std::map<std::string, int> seen;
  int most = 0;
  for (const auto& tweet : stream(5'000)) most = std::max(most, ++seen[tweet.author.id]);
  EXPECT_GT(most, 50);
  EXPECT_GT(seen.size(), 1'500u);
}

TEST(Simulator, FollowsTheHoursOfADay) {
  const auto source = simulator(1, "quiet");
  const auto midnight = std::chrono::floor<std::chrono::days>(kNoon);
  EXPECT_LT(source.rate_factor(midnight + std::chrono::hours(4)),
            source.rate_factor(midnight + std::chrono::hours(16)));
}

TEST(Simulator, HasBurstsWhereTheScenarioSaysSo) {
  double most = 0;
  for (int minute = 0; minute < 600; ++minute) {
    most = std::max(most, simulator(1, "burst").rate_factor(kNoon + std::chrono::minutes(minute)));
    EXPECT_EQ(simulator(1, "steady").rate_factor(kNoon + std::chrono::minutes(minute)), 1);
  }
  EXPECT_GT(most, 5);
}

TEST(Simulator, TalksAboutTheTopicOfItsScenario) {
  const auto tagged = share(stream(5'000, "match"), [](const Tweet& t) { return has(t, "#CupFinal"); });
  EXPECT_GT(tagged, .02);
}

TEST(Simulator, KnowsItsScenarios) {
  EXPECT_NE(find_simulator_scenario("everyday"), nullptr);
  EXPECT_EQ(find_simulator_scenario("no such"), nullptr);
}

}  // namespace
}  // namespace tweetpulse
