// Truth: twitter-text 3.1's configurations 1 to 3.
#include "analyze/weighted_length.h"

#include <gtest/gtest.h>

#include "analyze/emoji.h"
#include "analyze/urls.h"

namespace tweetpulse {
namespace {

WeightedLength length_of(std::string_view bytes, LengthRules rules = LengthRules::v3) {
  Text text;
  text.read(bytes);
  std::vector<Span> urls;
  find_urls(text, urls);
  return weigh(text, urls, rules);
}

std::vector<std::string> emoji_names(std::string_view bytes) {
  Text text;
  text.read(bytes);
  std::vector<EmojiSpan> found;
  find_emoji(text, found);
  std::vector<std::string> names;
  for (const EmojiSpan& emoji : found) names.emplace_back(emoji.sequence->name);
  return names;
}

TEST(WeightedLength, CountsLatinOnceAndIdeographsTwice) {
  EXPECT_EQ(length_of("abc é").weighted, 5);
  EXPECT_EQ(length_of("中文").weighted, 4);
}

TEST(WeightedLength, CountsEveryUrlAs23) {
  EXPECT_EQ(length_of("http://a.com/" + std::string(100, 'b')).weighted, 23);
  EXPECT_EQ(length_of("hi a.co").weighted, 26);
}

TEST(WeightedLength, CountsAnEmojiSequenceAs2) {
  EXPECT_EQ(length_of("👩🏽‍🚀").weighted, 2);
  EXPECT_EQ(length_of("👩🏽‍🚀", LengthRules::v2).weighted, 7);
  EXPECT_EQ(length_of("⚽️").weighted, 2);
  EXPECT_EQ(length_of("©").weighted, 1);
}

TEST(WeightedLength, CountsTheComposedForm) {
  EXPECT_EQ(length_of("e\u0301").weighted, 1);
  EXPECT_EQ(length_of("e\u0301").display_end, 1);
}

TEST(WeightedLength, SaysWhereTheValidPartEnds) {
  const WeightedLength length = length_of(std::string(300, 'a'));
  EXPECT_FALSE(length.valid);
  EXPECT_EQ(length.valid_end, 279);
  EXPECT_EQ(length.display_end, 299);
  EXPECT_EQ(length.permillage, 1071);
}

TEST(WeightedLength, RefusesEmptyAndInvalidTexts) {
  EXPECT_FALSE(length_of("").valid);
  EXPECT_FALSE(length_of("a\uFFFE").valid);
  EXPECT_TRUE(length_of("a").valid);
}

TEST(Emoji, AreTheLongestSequencesWithTheirNames) {
  EXPECT_EQ(emoji_names("😍🚀👩🏽‍🚀"),
            (std::vector<std::string>{"smiling face with heart-eyes", "rocket", "woman astronaut: medium skin tone"}));
  EXPECT_EQ(emoji_names("🇫🇷1️⃣❤"), (std::vector<std::string>{"flag: France", "keycap: 1", "red heart"}));
}

TEST(Emoji, AreNotWhatIsShownAsText) {
  EXPECT_TRUE(emoji_names("1 # * © ® ™ ❤\uFE0E").empty());
}

}  // namespace
}  // namespace tweetpulse
