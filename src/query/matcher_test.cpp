#include "query/matcher.h"

#include <gtest/gtest.h>

#include "query/parser.h"

namespace tweetpulse {
namespace {

Query read(std::string_view text) {
  ParsedQuery parsed = parse_query(text, {});
  EXPECT_TRUE(parsed.errors.empty()) << text;
  return std::move(parsed.query);
}

bool answers(std::string_view query, const EnrichedTweet& tweet) {
  return matches(read(query), tweet, searchable(tweet));
}

EnrichedTweet saying(std::string_view text) {
  EnrichedTweet tweet;
  tweet.tweet.id = "1";
  tweet.tweet.text = text;
  return tweet;
}

std::string marked(std::string_view query, const EnrichedTweet& tweet) {
  std::string out;
  for (const MatchedSpan& span : matched_spans(read(query), tweet, searchable(tweet)))
    out += std::to_string(span.start) + '-' + std::to_string(span.end) + ' ';
  return out;
}

// The tweet of the API's example.
EnrichedTweet artemis() {
  EnrichedTweet tweet = saying("Artemis is on the pad and it looks great! #Artemis #NASA https://nasa.example/live");
  tweet.tweet.source = "x";
  tweet.tweet.created_at = *parse_rfc3339("2026-03-01T13:15:00.250Z");
  tweet.tweet.author = {"4477", "ada", "Ada", 1204};
  tweet.analysis.language = "en";
  tweet.analysis.hashtags = {{"Artemis", 42, 50}, {"NASA", 51, 56}};
  tweet.analysis.urls = {{"https://nasa.example/live", "nasa.example", "https://nasa.example/live", "", 57, 82}};
  tweet.analysis.names = {{"org", "NASA", 52, 56}};
  tweet.analysis.keywords = {"artemis", "pad"};
  tweet.analysis.sentiment = Sentiment::positive;
  return tweet;
}

TEST(Matcher, FindsWordsAndPhrases) {
  const EnrichedTweet tweet = saying("A hot dog, please. Café 🔥");
  for (const std::string_view query :
       {"hot", "\"hot dog\"", "dog,please", "CAFE", "🔥", "cafe AND 🔥", "cat OR hot", "-cat", ""})
    EXPECT_TRUE(answers(query, tweet)) << query;
  for (const std::string_view query : {"ho", "\"dog hot\"", "\"hot please\"", "-hot", "hot cat", "cat OR cow"})
    EXPECT_FALSE(answers(query, tweet)) << query;
}

TEST(Matcher, SearchesPartsOfTextWithoutSpaces) {
  EXPECT_TRUE(answers("京都", saying("東京都に住む")));
  EXPECT_FALSE(answers("東都", saying("東京都に住む")));
}

TEST(Matcher, AllowsTwoTermsLessInTheOtherOrder) {
  EXPECT_TRUE(answers("\"red planet\"~1", saying("red x planet")));
  EXPECT_FALSE(answers("\"red planet\"~1", saying("red x y planet")));
  EXPECT_FALSE(answers("\"red planet\"~1", saying("planet red")));
  EXPECT_TRUE(answers("\"red planet\"~2", saying("planet red")));
  EXPECT_FALSE(answers("\"red planet\"~2", saying("planet x red")));
  EXPECT_TRUE(answers("\"red planet\"~4", saying("planet x y red")));
}

TEST(Matcher, ComparesTagsWhole) {
  EnrichedTweet tweet = artemis();
  tweet.analysis.mentions = {{"Nasa", "", 0, 5}};
  tweet.analysis.cashtags = {{"TSLA", 0, 5}};
  for (const std::string_view query : {"#artemis", "#NASA", "@nasa", "$tsla"})
    EXPECT_TRUE(answers(query, tweet)) << query;
  for (const std::string_view query : {"#art", "@artemis", "$nasa", "#tsla"})
    EXPECT_FALSE(answers(query, tweet)) << query;
}

TEST(Matcher, AnswersEveryFilter) {
  const EnrichedTweet tweet = artemis();
  for (const std::string_view query :
       {"from:ada", "from:@ADA", "from:4477", "lang:en", "sentiment:positive", "has:links", "has:hashtags", "source:x",
        "min_followers:1204", "url:nasa.example/live", "url:live", "domain:nasa.example", "entity:nasa", "keyword:pad",
        "since:2026-03-01T13:15:00.250Z", "until:2026-03-01T13:15:00.251Z", "https://nasa.example"})
    EXPECT_TRUE(answers(query, tweet)) << query;
  for (const std::string_view query :
       {"from:ad", "to:ada", "lang:de", "sentiment:neutral", "has:media", "has:mentions", "source:bluesky",
        "min_followers:1205", "url:example.nasa", "domain:live.nasa.example", "entity:nas", "keyword:great",
        "since:2026-03-01T13:15:00.251Z", "until:2026-03-01T13:15:00.250Z", "is:reply", "is:retweet", "is:quote"})
    EXPECT_FALSE(answers(query, tweet)) << query;
}

TEST(Matcher, TakesAMissingValueForAPlainNo) {
  const EnrichedTweet tweet = saying("");
  for (const std::string_view query : {"sentiment:positive", "sentiment:neutral", "min_followers:0", "from:ada",
                                       "to:ada", "source:x", "cat", "\"a b\"", "has:links"}) {
    EXPECT_FALSE(answers(query, tweet)) << query;
    EXPECT_TRUE(answers("-" + std::string(query), tweet)) << query;
  }
  EXPECT_TRUE(answers("lang:und", tweet));
  EXPECT_TRUE(matches({{UnscoredNode{}}}, tweet, searchable(tweet)));
}

TEST(Matcher, GivesEachTweetOneKind) {
  EnrichedTweet tweet = saying("x");
  EXPECT_TRUE(matches({{IsNode{Kind::original}}}, tweet, searchable(tweet)));
  tweet.tweet.reply_to = "2";
  tweet.tweet.retweet_of = "3";
  EXPECT_TRUE(answers("is:retweet -is:reply -is:quote", tweet));
  EXPECT_FALSE(matches({{IsNode{Kind::original}}}, tweet, searchable(tweet)));
}

TEST(Matcher, KeepsPhrasesInsideOneUrl) {
  EnrichedTweet tweet = saying("x");
  tweet.analysis.urls = {{"", "a.com", "https://a.com/b", "", 0, 1}, {"", "c.com", "https://c.com/d", "", 0, 1}};
  EXPECT_TRUE(answers("url:com/b", tweet));
  EXPECT_FALSE(answers("url:b/c", tweet));
}

TEST(MatchedSpans, MarkTermsWithoutTheirSigil) {
  EXPECT_EQ(marked("artemis", artemis()), "0-7 43-50 ");
  EXPECT_EQ(marked("artemis lang:en", artemis()), "0-7 43-50 ");
  EXPECT_EQ(marked("#Artemis", artemis()), "43-50 ");
}

TEST(MatchedSpans, CountCodePointsOfTheOriginalText) {
  EXPECT_EQ(marked("cafe OR 👍 OR fin", saying("😀 cafe\u0301 ﬁn 👍🏽!")), "2-7 8-10 11-13 ");
}

TEST(MatchedSpans, CoverPhrasesAndBothWordsOfANearness) {
  EXPECT_EQ(marked("\"hot dog\"", saying("hot dog hot dog")), "0-7 8-15 ");
  EXPECT_EQ(marked("\"red planet\"~2", saying("red x planet")), "0-3 6-12 ");
}

TEST(MatchedSpans, AreDisjointAndLeaveOutWhatIsExcluded) {
  EXPECT_EQ(marked("hot \"hot dog\" dog -cat -(x OR y)", saying("hot dog cat x")), "0-7 ");
}

TEST(MatchedSpans, PassOverTagsThatStandNotInTheText) {
  EnrichedTweet tweet = saying("x");
  tweet.analysis.hashtags = {{"mars", -1, -1}};
  EXPECT_EQ(marked("#mars", tweet), "");
}

}  // namespace
}  // namespace tweetpulse
