#include "ingest/push_body.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

std::string shown(std::string_view body) {
  std::string out;
  const auto cut = cut_body(body);
  for (const auto& line : cut.lines) out += std::to_string(line.number) + "=" + std::string(line.text) + ";";
  return out;
}

TEST(PushBody, CutsLinesAndKeepsTheirNumbers) {
  EXPECT_EQ(shown("{\"a\":1}\n\r\n{\"a\":2}\r\n{\"a\":3}"), R"(1={"a":1};3={"a":2};4={"a":3};)");
}
TEST(PushBody, TakesAnArrayApart) {
  EXPECT_EQ(shown("[ {\"a\" : 1},\n {\"a\":2} ]"), R"(1={"a":1};2={"a":2};)");
}
TEST(PushBody, TakesOneObjectOverSeveralLines) {
  EXPECT_EQ(shown("{\n\"a\":1\n}\n"), "1={\n\"a\":1\n};");
}
TEST(PushBody, LeavesTheActionLinesOfABulkBodyOut) {
  EXPECT_EQ(shown("{\"index\":{\"_id\":\"1\"}}\n{\"a\":1}\n{\"create\":{}}\n{\"a\":2}\n"), R"(2={"a":1};4={"a":2};)");
}
TEST(PushBody, KeepsBrokenLinesForTheReaderToRefuse) {
  EXPECT_EQ(shown("{\"id\":\n{\"a\":1}\n"), "1={\"id\":;2={\"a\":1};");
  EXPECT_EQ(shown("[1,\n{\"a\":1}"), "1=[1,;2={\"a\":1};");
}
TEST(PushBody, AnEmptyBodyHasNoLines) {
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown("\n \r\n"), "");
}
TEST(PushBody, SkipsAByteOrderMark) {
  EXPECT_EQ(shown("\xEF\xBB\xBF{\"a\":1}"), R"(1={"a":1};)");
}

}  // namespace
}  // namespace tweetpulse
