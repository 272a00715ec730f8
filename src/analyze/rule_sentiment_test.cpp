// Truth: the outputs of vaderSentiment 3.3.2 (Python) for our own texts.
#include "analyze/rule_sentiment.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

RuleScore score_of(std::string_view bytes) {
  Text text;
  text.read(bytes);
  RuleScore score;
  score_by_rules(text, score);
  return score;
}

double compound(std::string_view bytes) {
  return score_of(bytes).compound;
}

TEST(RuleSentiment, IsNothingWithoutAToken) {
  const RuleScore score = score_of("  \n ");
  EXPECT_EQ(score.compound, 0);
  EXPECT_EQ(score.neutral, 0);
}

TEST(RuleSentiment, NormalisesTheSum) {
  EXPECT_NEAR(compound("good"), 0.4404, 5e-5);
  EXPECT_NEAR(compound("the book was good"), 0.4404, 5e-5);
  EXPECT_NEAR(score_of("the book was good").positive, 0.492, 5e-4);
}

TEST(RuleSentiment, TurnsAtNegations) {
  EXPECT_NEAR(compound("the book was not good"), -0.3412, 5e-5);
  EXPECT_NEAR(compound("it isn't good"), -0.3412, 5e-5);
  EXPECT_GT(compound("never so good"), compound("never good"));
}

TEST(RuleSentiment, RaisesBoostersCapitalsAndMarks) {
  EXPECT_GT(compound("very good"), compound("good"));
  EXPECT_LT(compound("kinda good"), compound("good"));
  EXPECT_GT(compound("it was GOOD"), compound("it was good"));
  EXPECT_EQ(compound("GOOD"), compound("good"));
  EXPECT_GT(compound("good!!!"), compound("good!"));
  EXPECT_EQ(compound("good!!!!!!"), compound("good!!!!"));
}

TEST(RuleSentiment, WeighsTheSecondHalfOfABut) {
  EXPECT_NEAR(compound("the plot was good but the acting was bad"), -0.5859, 5e-5);
  EXPECT_EQ(compound("good good good but"), compound("good good good but"));
}

TEST(RuleSentiment, ReadsEmojiByTheirNames) {
  EXPECT_NEAR(compound("so 😍"), compound("so smiling face with heart-eyes"), 1e-12);
  EXPECT_GT(compound("😂"), 0);
  EXPECT_LT(compound("😠"), 0);
}

TEST(RuleSentiment, KeepsShortTokensWholeForEmoticons) {
  EXPECT_GT(compound("ok :)"), 0);
  EXPECT_LT(compound("ok :("), 0);
}

TEST(RuleSentiment, KnowsTheFourCorrectedWords) {
  EXPECT_GT(compound("heart"), 0);
  EXPECT_GT(compound("hearts"), 0);
  EXPECT_LT(compound("flawed"), 0);
  EXPECT_GT(compound("badass"), 0);
}

TEST(RuleSentiment, PointsAtTheWordsThatCount) {
  const RuleScore score = score_of("a good 🚀 day 😍 and bad");
  ASSERT_EQ(score.words.size(), 3u);
  EXPECT_EQ(score.words[0].span, (Span{2, 6}));
  EXPECT_EQ(score.words[1].span, (Span{13, 14}));
  EXPECT_EQ(score.words[2].span, (Span{19, 22}));
}

}  // namespace
}  // namespace tweetpulse
