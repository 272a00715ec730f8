#include "query/terms.h"

#include <gtest/gtest.h>

#include "query/folding.h"

namespace tweetpulse {
namespace {

using Strings = std::vector<std::string>;

Strings words(std::string_view text) {
  Strings out;
  for (const Term& term : terms_of_text(text)) out.push_back(term.text);
  return out;
}

TEST(Fold, IgnoresCaseAndAccentsOfLatinAndGreek) {
  EXPECT_EQ(fold("CAFÉ cafe\u0301 İstanbul"), "cafe cafe istanbul");
  EXPECT_EQ(fold("Άθήνας"), "αθηνασ");
  EXPECT_EQ(fold("Straße ﬁn Ａ①"), "strasse fin a1");
}

TEST(Fold, ChangesNoCodePointTheSecondTime) {
  for (char32_t code = 1; code < 0x110000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    std::string text;
    append_utf8(text, code);
    const std::string once = fold(text);
    ASSERT_EQ(fold(once), once) << static_cast<std::uint32_t>(code);
  }
}

TEST(Fold, KeepsMarksOfOtherScripts) {
  EXPECT_EQ(fold("Й и\u0306"), "й й");
  EXPECT_EQ(fold("हिंदी"), "हिंदी");
}

TEST(Fold, ReadsYoAsYeAndTheTypographicApostropheAsPlain) {
  EXPECT_EQ(fold("Ёлка ещё е\u0308"), "елка еще е");
  EXPECT_EQ(fold("don’t"), "don't");
}

TEST(Terms, AreRunsOfLettersDigitsMarksAndUnderscores) {
  EXPECT_EQ(words("Hot-dog, 2nd try: a_b #NASA @Ada!"), (Strings{"hot", "dog", "2nd", "try", "a_b", "nasa", "ada"}));
}

TEST(Terms, KeepApostrophesBetweenLettersOnly) {
  EXPECT_EQ(words("don't 'quoted' rock'n'roll 90's o''clock"),
            (Strings{"don't", "quoted", "rock'n'roll", "90", "s", "o", "clock"}));
  EXPECT_EQ(words("l’été 'été'"), (Strings{"l'ete", "ete"}));
}

TEST(Terms, LeaveUrlsWithAProtocolOut) {
  EXPECT_EQ(words("see https://t.co/AbC?x=1#y now"), (Strings{"see", "now"}));
  EXPECT_EQ(words("見てhttp://a.b/c日本"), (Strings{"見", "て", "日", "本"}));
  EXPECT_EQ(words("README.md ftp://x.y https:// end"), (Strings{"readme", "md", "ftp", "x", "y", "https", "end"}));
}

TEST(Terms, AreClustersInScriptsWithoutSpaces) {
  EXPECT_EQ(words("東京タワーabc"), (Strings{"東", "京", "タ", "ワ", "ー", "abc"}));
  EXPECT_EQ(words("ｶﾞ 한국"), (Strings{"ガ", "한", "국"}));
  EXPECT_EQ(words("ที่นี่น้ำ"), (Strings{"ที่", "นี่", "น้\u0e4d\u0e32"}));
}

TEST(Terms, HoldAnEmojiSequenceWithoutStyleAndSkinTone) {
  EXPECT_EQ(words("go👍🏽❤️🇺🇸🇩🇪"), (Strings{"go", "👍", "❤", "🇺🇸", "🇩🇪"}));
  EXPECT_EQ(words("👨🏻‍👩🏽‍👧 1️⃣2"), (Strings{"👨‍👩‍👧", "1⃣", "2"}));
  EXPECT_EQ(words("🏴󠁧󠁢󠁥󠁮󠁧󠁿"), (Strings{"🏴󠁧󠁢󠁥󠁮󠁧󠁿"}));
}

TEST(Terms, AreCutTo64CodePoints) {
  EXPECT_EQ(words(std::string(70, 'x')), (Strings{std::string(64, 'x')}));
  EXPECT_EQ(words(std::string(63, 'x') + "'yz"), (Strings{std::string(63, 'x')}));
}

TEST(Terms, PointIntoTheOriginalText) {
  const auto terms = terms_of_text("ﬁn ❤️ cafe\u0301! https://t.co/é X 👍🏽");
  ASSERT_EQ(terms.size(), 5u);
  const std::vector<std::pair<int, int>> expected{{0, 2}, {3, 5}, {6, 11}, {28, 29}, {30, 32}};
  for (std::size_t i = 0; i < terms.size(); ++i)
    EXPECT_EQ(std::pair(terms[i].start, terms[i].end), expected[i]) << terms[i].text;
}

TEST(Terms, KeepRowsOfKoreanLettersApart) {
  EXPECT_EQ(words("ㅋㅋ").size(), 2u);
  const auto terms = terms_of_text("림 ㅠㅠ.ㅜ");
  ASSERT_EQ(terms.size(), 4u);
  for (std::size_t i = 0; i < terms.size(); ++i) EXPECT_EQ(terms[i].end, terms[i].start + 1);
  EXPECT_EQ(terms[1].start, 2);
  EXPECT_EQ(terms[1].text, terms[2].text);
  EXPECT_EQ(words("ㄱㅏ \u1112\u1161\u11ab"), (Strings{"가", "한"}));
}

TEST(Terms, OfAnUrlLeaveOnlyTheProtocolOut) {
  EXPECT_EQ(terms_of_url("https://NASA.gov/artemis-2?x=1"), (Strings{"nasa", "gov", "artemis", "2", "x", "1"}));
}

TEST(Searchable, FoldsEverythingAQueryCanNameOnce) {
  EnrichedTweet tweet;
  tweet.tweet.source = "x";
  tweet.tweet.author = {"DID:1", "NASA", "", {}};
  tweet.tweet.reply_to_author = {"7", "Ada"};
  tweet.tweet.media = {"photo"};
  tweet.analysis.language = "en";
  tweet.analysis.hashtags = {{"Café", 0, 5}, {"CAFE", 6, 11}};
  tweet.analysis.names = {{"place", "New York", 0, 8}};
  tweet.analysis.urls = {{"https://t.co/1", "news.bbc.co.uk", "https://news.bbc.co.uk/Sport", "", 0, 14}};
  const Searchable found = searchable(tweet);
  EXPECT_EQ(found.hashtags, (Strings{"cafe"}));
  EXPECT_EQ(found.entities, (Strings{"new york"}));
  EXPECT_EQ(found.domains, (Strings{"news.bbc.co.uk", "bbc.co.uk", "co.uk"}));
  EXPECT_EQ(found.url_terms, (std::vector<Strings>{{"news", "bbc", "co", "uk", "sport"}}));
  EXPECT_EQ(found.from_handle + found.from_id + found.to_handle + found.to_id, "nasadid:1ada7");
  EXPECT_TRUE(found.has_links && found.has_hashtags && found.has_media);
  EXPECT_FALSE(found.has_mentions);
}

}  // namespace
}  // namespace tweetpulse
