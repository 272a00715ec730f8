#include <gtest/gtest.h>

#include "analyze/analyze.h"

namespace tweetpulse {
namespace {

Tweet tweet_of(std::string source, std::string text) {
  Tweet tweet;
  tweet.id = "1";
  tweet.source = std::move(source);
  tweet.text = std::move(text);
  return tweet;
}

TEST(Declared, AddsTargetAndTitleToOurUrlOfX) {
  Tweet tweet = tweet_of("x", "read https://t.co/abc now");
  tweet.declared.urls.push_back({"https://t.co/abc", "https://www.news.site/story", "A story", 5, 21});
  const Analysis analysis = enrich(tweet).analysis;
  ASSERT_EQ(analysis.urls.size(), 1u);
  EXPECT_EQ(analysis.urls[0].expanded_url, "https://www.news.site/story");
  EXPECT_EQ(analysis.urls[0].title, "A story");
  EXPECT_EQ(analysis.urls[0].domain, "news.site");
}

TEST(Declared, AddsTheIdToOurMentionOfX) {
  Tweet tweet = tweet_of("x", "hi @ada");
  tweet.declared.mentions.push_back({"ada", "42", 3, 7});
  EXPECT_EQ(enrich(tweet).analysis.mentions.at(0).id, "42");
}

TEST(Declared, IsTheTruthOnBluesky) {
  Tweet tweet = tweet_of("bluesky", "hi @ada.example.com see news.site/a... #go");
  tweet.declared.mentions.push_back({"ada.example.com", "did:plc:1", 3, 19});
  tweet.declared.urls.push_back({"https://news.site/a/long/story", "", "", 24, 38});
  const Analysis analysis = enrich(tweet).analysis;
  ASSERT_EQ(analysis.mentions.size(), 1u);
  EXPECT_EQ(analysis.mentions[0].handle, "ada.example.com");
  ASSERT_EQ(analysis.urls.size(), 1u);
  EXPECT_EQ(analysis.urls[0].domain, "news.site");
  EXPECT_EQ(analysis.hashtags.at(0).text, "go");
}

TEST(Declared, KeepsTagsOutsideOfTheText) {
  Tweet tweet = tweet_of("bluesky", "no tag here");
  tweet.declared.hashtags.push_back({"outside", -1, -1});
  const Analysis analysis = enrich(tweet).analysis;
  ASSERT_EQ(analysis.hashtags.size(), 1u);
  EXPECT_EQ(analysis.hashtags[0].start, -1);
}

TEST(Declared, NeverChangesTheSentiment) {
  Tweet plain = tweet_of("mastodon", "what a lovely #day");
  Tweet marked = plain;
  marked.declared.hashtags.push_back({"day", 14, 18});
  EXPECT_EQ(enrich(plain).analysis.compound, enrich(marked).analysis.compound);
  EXPECT_EQ(enrich(plain).analysis.keywords, enrich(marked).analysis.keywords);
}

}  // namespace
}  // namespace tweetpulse
