#include "analyze/text.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

TEST(Text, CountsCodePointsAndKeepsTheirBytes) {
  Text text;
  text.read("aé中🚀");
  ASSERT_EQ(text.size(), 4);
  EXPECT_EQ(text[3], U'🚀');
  EXPECT_EQ(text.slice(1, 3), "é中");
  EXPECT_EQ(text.slice(3, 4), "🚀");
}

TEST(Text, TakesBytesThatAreNotUtf8OneByOne) {
  Text text;
  text.read("a\xFF\xE4\xB8z\xC0\x80\xED\xA0\x80");
  EXPECT_EQ(text.size(), 10);
  EXPECT_EQ(text[1], char32_t{0xFFFD});
  EXPECT_EQ(text[4], U'z');
}

TEST(Text, KnowsNothingOutsideOfItself) {
  Text text;
  text.read("");
  EXPECT_EQ(text.size(), 0);
  EXPECT_EQ(text.code(-1), char32_t{0});
  EXPECT_EQ(text.kinds(5), 0u);
}

TEST(Text, ForgetsTheTextBefore) {
  Text text;
  text.read("ｗｉｄｅ and long");
  text.read("ab");
  EXPECT_EQ(text.size(), 2);
  EXPECT_TRUE(text.ascii());
}

TEST(Text, WritesCodePointsOfEveryLength) {
  std::string out;
  for (const char32_t code : {U'a', U'é', U'中', U'🚀'}) append_utf8(out, code);
  EXPECT_EQ(out, "aé中🚀");
}

TEST(Text, LowersBeyondAscii) {
  EXPECT_EQ(lower_case(U'Ä'), U'ä');
  EXPECT_EQ(lower_case(U'Я'), U'я');
  EXPECT_EQ(lower_case(U'中'), U'中');
}

}  // namespace
}  // namespace tweetpulse
