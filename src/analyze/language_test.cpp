// Truth: the language in which we wrote each text.
#include "analyze/language.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

Language language_of(const std::string& bytes) {
  Text text;
  text.read(bytes);
  Entities entities;
  find_entities(text, entities);
  std::vector<EmojiSpan> emoji;
  find_emoji(text, emoji);
  LanguageEvidence evidence;
  evidence.read(text, entities, emoji);
  return detect_language(evidence);
}

struct Case {
  std::string text, code;
};

class Languages : public testing::TestWithParam<Case> {};
TEST_P(Languages, AreTold) {
  EXPECT_EQ(language_of(GetParam().text).code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(Table, Languages,
                         testing::Values(Case{"The train was late again and nobody told us why", "en"},
                                         Case{"El tren llegó tarde otra vez y nadie nos dijo nada", "es"},
                                         Case{"Le train était encore en retard et personne ne nous a rien dit", "fr"},
                                         Case{"Der Zug war wieder zu spät und niemand hat uns etwas gesagt", "de"},
                                         Case{"O trem atrasou de novo e ninguém nos disse por quê", "pt"},
                                         Case{"Il treno era di nuovo in ritardo e nessuno ci ha detto niente", "it"},
                                         Case{"Поезд снова опоздал, и никто нам ничего не сказал", "ru"},
                                         Case{"تأخر القطار مرة أخرى ولم يخبرنا أحد بالسبب", "ar"},
                                         Case{"電車がまた遅れた", "ja"}, Case{"火车又晚点了，没有人告诉我们原因", "zh"},
                                         Case{"기차가 또 늦었다", "ko"}, Case{"รถไฟมาช้าอีกแล้ว", "th"},
                                         Case{"הרכבת שוב איחרה", "he"}, Case{"Το τρένο άργησε πάλι", "el"},
                                         Case{"ரயில் மீண்டும் தாமதம்", "ta"}));

TEST(Language, IsUndeterminedWithoutALetterOfItsOwn) {
  EXPECT_EQ(language_of("").code, "und");
  EXPECT_EQ(language_of("@someone https://site.com 123 🚀🚀 RT").code, "und");
  EXPECT_EQ(language_of("!!!").confidence, 0);
}

TEST(Language, IgnoresUrlsAndMentions) {
  EXPECT_EQ(language_of("@der_und_die https://das-ist-gut.de/und/so so glad that we could make it today").code, "en");
}

TEST(Language, IsNotJapaneseForOneKanaOfAFace) {
  EXPECT_EQ(language_of("I do not know what to say about this ¯\\_(ツ)_/¯").code, "en");
}

}  // namespace
}  // namespace tweetpulse
