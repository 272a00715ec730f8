#include "store/json_scrub.h"

#include <gtest/gtest.h>

#include <array>

namespace tweetpulse {
namespace {

std::string scrubbed(std::string_view json) {
  constexpr std::array<std::string_view, 2> kNames = {"geo", "place"};
  return without_members(json, kNames);
}

TEST(JsonScrub, TakesMembersOutAtAnyDepthAndLeavesTheRest) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"geo":1,"a":2})", R"({"a":2})"},
      {R"({"a":2,"geo":{"x":[1,2]}})", R"({"a":2})"},
      {R"({"a":1,"geo":null,"b":"geo, \"place\""})", R"({"a":1,"b":"geo, \"place\""})"},
      {R"({"geo":1,"place":2})", R"({})"},
      {R"([{"place":"x"},{"u":{"geo":1,"k":[{"geo":2}]}}])", R"([{},{"u":{"k":[{}]}}])"},
      {R"({"a":["geo"],"b":-1.5e3,"c":true})", R"({"a":["geo"],"b":-1.5e3,"c":true})"},
      {R"({})", R"({})"},
  };
  for (const auto& [given, left] : cases) EXPECT_EQ(scrubbed(given), left);
}

TEST(JsonScrub, LeavesNothingOfWhatIsNoJson) {
  for (const char* bad :
       {"", "{", R"({"a")", R"({"a":1,})", R"({"a":1 "b":2})", R"([1,2)", R"({"a":1}x)", R"("open)", "{a:1}"})
    EXPECT_EQ(scrubbed(bad), "") << bad;
}

}  // namespace
}  // namespace tweetpulse
