#include "analyze/analyze.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "analyze/own_texts.h"
#include "analyze/text.h"
#include "analyze/word_hash.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

Analysis analysis_of(std::string text, Profile profile = Profile::full) {
  Tweet tweet;
  tweet.text = std::move(text);
  return enrich(std::move(tweet), profile).analysis;
}

std::string record_of(std::string text) {
  std::string record;
  append_record(record, "1", analysis_of(std::move(text)));
  return record;
}

// Texts put together from pieces that scanners wake at.
std::string random_text(std::mt19937& dice) {
  static constexpr std::string_view kPieces[] = {
      "#",      "＃",     "@",      "＠", "$",   ".",  ":",   "/",   "://",  "http://", "site.com", "t.co/ab",
      "tag",    "_",      "RT",     " ",  "\n",  "\"", "é",   "中",  "かな", "한",      "🚀",        "👩🏽‍🚀",
      "\uFE0F", "\u20E3", "$AB",    "1",  "(",   ")",  "?q=", "not", "but",  "good",    "TERRIBLE", "kind of",
      "least",  "xn--",   "\u200F", "ا",  "ไทย", "'"};
  std::string text;
  const std::size_t count = dice() % 30;
  for (std::size_t i = 0; i < count; ++i) text += kPieces[dice() % std::size(kPieces)];
  return text;
}

template <class Found, class Value>
void expect_slices(const Text& text, const std::vector<Found>& found, Value&& value) {
  int free = 0;
  for (const Found& item : found) {
    EXPECT_GE(item.start, free);
    EXPECT_GT(item.end, item.start);
    EXPECT_EQ(text.slice(item.start, item.end).substr(0, std::string::npos), value(item, text));
    free = item.end;
  }
}

TEST(Enrich, SlicesEverySpanToItsValue) {
  std::mt19937 dice(7);
  for (int round = 0; round < 3000; ++round) {
    const std::string bytes = random_text(dice);
    const Analysis analysis = analysis_of(bytes);
    Text text;
    text.read(bytes);
    const auto behind_sigil = [](const auto& item, const Text& in) {
      return std::string(in.slice(item.start, item.start + 1)) + item.text;
    };
    expect_slices(text, analysis.hashtags, behind_sigil);
    expect_slices(text, analysis.cashtags, behind_sigil);
    expect_slices(text, analysis.urls, [](const FoundUrl& url, const Text&) { return url.url; });
    expect_slices(text, analysis.emoji, [](const FoundEmoji& emoji, const Text&) { return emoji.emoji; });
    expect_slices(text, analysis.mentions, [](const FoundMention& mention, const Text& in) {
      return std::string(in.slice(mention.start, mention.start + 1)) + mention.handle;
    });
    for (const ScoredWord& word : analysis.words) {
      EXPECT_GE(word.start, 0);
      EXPECT_GT(word.end, word.start);
      EXPECT_LE(word.end, text.size());
    }
  }
}

TEST(Enrich, GivesTheSameAnswerAgainAndInAnyOrder) {
  std::vector<std::string> first;
  for (const auto text : kOwnTexts) first.push_back(record_of(std::string(text)));
  for (std::size_t i = std::size(kOwnTexts); i-- > 0;) EXPECT_EQ(record_of(std::string(kOwnTexts[i])), first[i]);
}

TEST(Enrich, GivesTheSameAnswerOnEveryThread) {
  std::string alone;
  for (const auto text : kOwnTexts) alone += record_of(std::string(text));
  std::vector<std::string> together(8);
  {
    std::vector<std::jthread> crew;
    for (std::string& records : together) {
      crew.emplace_back([&records] {
        for (const auto text : kOwnTexts) records += record_of(std::string(text));
      });
    }
  }
  for (const std::string& records : together) EXPECT_EQ(records, alone);
}

TEST(Enrich, AgreesBetweenProfilesOnEntitiesAndRules) {
  for (const auto text : kOwnTexts) {
    const Analysis fast = analysis_of(std::string(text), Profile::fast);
    const Analysis full = analysis_of(std::string(text));
    EXPECT_EQ(fast.hashtags, full.hashtags);
    EXPECT_EQ(fast.urls, full.urls);
    EXPECT_EQ(fast.emoji, full.emoji);
    EXPECT_EQ(fast.compound, full.compound);
    EXPECT_EQ(fast.weighted_length, full.weighted_length);
  }
}

TEST(Enrich, LooksAtTheDeclaredLanguageOnlyInFast) {
  Tweet tweet;
  tweet.text = "a very good morning to all of you";
  tweet.lang_declared = "tr";
  EXPECT_EQ(enrich(tweet, Profile::full).analysis.language, "en");
  EXPECT_EQ(enrich(tweet, Profile::fast).analysis.language, "tr");
}

TEST(Enrich, AbstainsInsteadOfGuessing) {
  EXPECT_EQ(analysis_of("🚀 https://site.com 12").abstained, "no_words");
  EXPECT_EQ(analysis_of("電車がまた遅れた").abstained, "unsupported_language");
  const Analysis english = analysis_of("what a wonderful morning with all of my friends");
  EXPECT_EQ(english.abstained, "");
  EXPECT_EQ(english.sentiment, Sentiment::positive);
  EXPECT_EQ(english.sentiment_model, "rules");
}

TEST(Enrich, TakesAnyBytesAndLongTexts) {
  std::mt19937 dice(11);
  for (int round = 0; round < 500; ++round) {
    std::string bytes(dice() % 80, '\0');
    for (char& byte : bytes) byte = static_cast<char>(dice() & 255);
    EXPECT_NO_THROW(analysis_of(bytes));
  }
  for (const std::string_view piece : {"@a", "#b", "a.", "http://", "(", "🚀", "good but ", "語", "x.com/(", "n't "}) {
    std::string text;
    while (text.size() < 25'000) text += piece;
    EXPECT_NO_THROW(analysis_of(text));
  }
}

TEST(Version, IsEightHexDigits) {
  EXPECT_EQ(analysis_version().size(), 8u);
  EXPECT_EQ(analysis_version().find_first_not_of("0123456789abcdef"), std::string_view::npos);
  EXPECT_EQ(analysis_of("a").version, analysis_version());
}

// When this fails, answers have changed: raise kRevision in analyze.cpp, then write both new values here.
TEST(Version, ChangesWithTheAnswers) {
  std::string records;
  for (const auto text : kOwnTexts) records += record_of(std::string(text)) + '\n';
  EXPECT_EQ(analysis_version(), "6d59caec");
  EXPECT_EQ(word_hash(records), 834331096646266438ULL);
}

}  // namespace
}  // namespace tweetpulse
