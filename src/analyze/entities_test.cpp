// Truth: the rules of twitter-text 3.1; npm twitter-text gives the same answers for these texts.
#include "analyze/entities.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

struct Case {
  std::string text;
  std::vector<std::string> found;
};

template <class Spans>
std::vector<std::string> slices(const Text& text, const Spans& spans) {
  std::vector<std::string> found;
  for (const Span& span : spans) found.emplace_back(text.slice(span));
  return found;
}

Entities entities_of(Text& text, std::string_view bytes) {
  Entities found;
  text.read(bytes);
  find_entities(text, found);
  return found;
}

std::vector<std::string> mentions_in(const std::string& bytes) {
  Text text;
  std::vector<std::string> found;
  for (const MentionSpan& mention : entities_of(text, bytes).mentions) found.emplace_back(text.slice(mention.span));
  return found;
}

class Hashtags : public testing::TestWithParam<Case> {};
TEST_P(Hashtags, AreFoundByTheRules) {
  Text text;
  EXPECT_EQ(slices(text, entities_of(text, GetParam().text).hashtags), GetParam().found);
}
INSTANTIATE_TEST_SUITE_P(Table, Hashtags,
                         testing::Values(Case{"we go #north, #South2 and #été", {"#north", "#South2", "#été"}},
                                         Case{"#2024 #_ are none, #a1 is", {"#a1"}},
                                         Case{"mid#word &#amp; stay out", {}}, Case{"#one#two #three", {"#three"}},
                                         Case{"日本語の#タグ と ＃全角", {"＃全角"}},
                                         Case{"☎️#phone (#brackets) #x://y", {"#phone", "#brackets"}},
                                         Case{"#️⃣keycap", {}}, Case{"https://a.com/#frag #real", {"#real"}}));

class Mentions : public testing::TestWithParam<Case> {};
TEST_P(Mentions, AreFoundByTheRules) {
  EXPECT_EQ(mentions_in(GetParam().text), GetParam().found);
}
INSTANTIATE_TEST_SUITE_P(Table, Mentions,
                         testing::Values(Case{"hello @ada and ＠wide", {"@ada", "＠wide"}},
                                         Case{"mail me@here.org", {}}, Case{"RT@ada: see", {"@ada"}},
                                         Case{"chaRT@ada", {}}, Case{"@a_list/of-things ok", {"@a_list/of-things"}},
                                         Case{"@one@two", {}}, Case{"@josé", {}},
                                         Case{"@abcdefghijklmnopqrstuvwx", {"@abcdefghijklmnopqrst"}},
                                         Case{"こんにちは@adaさん", {"@ada"}}, Case{"@http://x.com", {}}));

class Cashtags : public testing::TestWithParam<Case> {};
TEST_P(Cashtags, AreFoundByTheRules) {
  Text text;
  EXPECT_EQ(slices(text, entities_of(text, GetParam().text).cashtags), GetParam().found);
}
INSTANTIATE_TEST_SUITE_P(Table, Cashtags,
                         testing::Values(Case{"buy $TP, $brk.b and $X_Y!", {"$TP", "$brk.b", "$X_Y"}},
                                         Case{"$TOOLONGX $5 $", {}}, Case{"pay US$TP", {}},
                                         Case{"$abc.def", {"$abc"}}));

TEST(Entities, TellAListFromAMention) {
  Text text;
  const Entities found = entities_of(text, "@ada/space");
  ASSERT_EQ(found.mentions.size(), 1u);
  EXPECT_TRUE(found.mentions[0].is_list());
  EXPECT_EQ(text.slice(found.mentions[0].name_end, found.mentions[0].span.end), "/space");
}

TEST(Entities, ReplyOnlyAtTheStart) {
  Text text;
  EXPECT_EQ(text.slice(entities_of(text, " @ada yes").reply), "ada");
  EXPECT_EQ(text.slice(entities_of(text, ". @ada yes").reply), "");
  EXPECT_EQ(text.slice(entities_of(text, "@ada@bob").reply), "");
}

TEST(Entities, LeaveOutWhatStandsInsideAUrl) {
  Text text;
  const Entities found = entities_of(text, "https://example.com/@ada/#tag");
  EXPECT_TRUE(found.mentions.empty());
  EXPECT_TRUE(found.hashtags.empty());
  EXPECT_EQ(found.urls.size(), 1u);
}

}  // namespace
}  // namespace tweetpulse
