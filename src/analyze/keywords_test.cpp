#include "analyze/keywords.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analyze/stem.h"

namespace tweetpulse {
namespace {

std::vector<std::string> keywords_of(const std::string& bytes, std::string_view language = "en") {
  Text text;
  text.read(bytes);
  Entities entities;
  find_entities(text, entities);
  std::vector<std::string> keywords;
  find_keywords(text, entities, language, false, keywords);
  return keywords;
}

bool holds(const std::vector<std::string>& keywords, std::string_view wanted) {
  return std::find(keywords.begin(), keywords.end(), wanted) != keywords.end();
}

TEST(Keywords, PreferNamesToEverydayWords) {
  const auto keywords = keywords_of("we had a really good day with people from Reykjavik");
  ASSERT_FALSE(keywords.empty());
  EXPECT_EQ(keywords[0], "reykjavik");
}

TEST(Keywords, JoinCapitalisedNeighbours) {
  EXPECT_TRUE(holds(keywords_of("heading out to Death Valley in the morning"), "death valley"));
}

TEST(Keywords, LeaveOutUrlsMentionsAndFunctionWords) {
  for (const auto& keyword : keywords_of("the @someone and https://site.com/volcano or volcanoes")) {
    EXPECT_EQ(keyword, "volcanoes");
  }
}

TEST(Keywords, SplitCamelCaseOfHashtags) {
  const auto keywords = keywords_of("tonight #SolarEclipse");
  EXPECT_TRUE(holds(keywords, "solar"));
  EXPECT_TRUE(holds(keywords, "eclipse"));
}

TEST(Keywords, FoldWordsOfOneStem) {
  const auto keywords = keywords_of("the launch of launches after launched launch");
  EXPECT_EQ(keywords.size(), 1u);
}

TEST(Keywords, AreAtMostTen) {
  EXPECT_EQ(
      keywords_of("zebra yacht xylophone walrus violin urchin tulip saxophone rhubarb quartz penguin otter").size(),
      10u);
}

TEST(Keywords, CutJapaneseByDictionary) {
  EXPECT_TRUE(holds(keywords_of("東京で新しい展覧会が始まる", "ja"), "東京"));
}

TEST(Stem, IsSharedByFormsOfOneWord) {
  EXPECT_TRUE(have_one_stem("launch", "launches", "en"));
  EXPECT_FALSE(have_one_stem("launch", "lunch", "en"));
  EXPECT_TRUE(have_one_stem("gatos", "gato", "es"));
  EXPECT_FALSE(have_one_stem("launch", "launches", "xx"));
}

}  // namespace
}  // namespace tweetpulse
