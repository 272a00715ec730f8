#include "search/elastic_doctor.h"

#include <gtest/gtest.h>

#include "search/adapters.h"

namespace tweetpulse::elastic {
namespace {

using enum Check::Verdict;

constexpr std::int64_t kGb = std::int64_t{1} << 30;

ElasticFacts good() {
  ElasticFacts facts;
  facts.server = {Flavour::opensearch, 3, 8, "3.8.0"};
  facts.health = "yellow";
  facts.nodes = 1;
  facts.disks = {{"n1", 100 * kGb, 50 * kGb}};
  return facts;
}

Check judged(const ElasticFacts& facts, const std::string& name) {
  Checks out;
  judge_elastic(facts, out);
  for (auto& check : out.take())
    if (check.name == name) return check;
  ADD_FAILURE() << "no line " << name;
  return {};
}

TEST(ElasticDoctor, PassesAHealthyServer) {
  Checks out;
  judge_elastic(good(), out);
  for (const auto& check : out.take()) EXPECT_EQ(check.verdict, pass) << check.name << ": " << check.found;
}

TEST(ElasticDoctor, KnowsWhichVersionsAreSupported) {
  const auto verdict = [](Flavour flavour, int major, int minor) {
    auto facts = good();
    facts.server = {flavour, major, minor, "x"};
    return judged(facts, "search version").verdict;
  };
  for (const auto& [major, minor] : {std::pair(7, 17), {8, 0}, {8, 19}, {9, 2}})
    EXPECT_EQ(verdict(Flavour::elasticsearch, major, minor), pass) << major << '.' << minor;
  for (const auto& [major, minor] : {std::pair(6, 8), {7, 16}, {10, 0}})
    EXPECT_EQ(verdict(Flavour::elasticsearch, major, minor), fail) << major << '.' << minor;
  EXPECT_EQ(verdict(Flavour::opensearch, 2, 19), pass);
  EXPECT_EQ(verdict(Flavour::opensearch, 1, 3), fail);
  EXPECT_EQ(verdict(Flavour::opensearch, 0, 0), warn);
}

TEST(ElasticDoctor, FailsARedClusterAndAnyBlock) {
  auto facts = good();
  facts.health = "red";
  EXPECT_EQ(judged(facts, "search health").verdict, fail);
  facts.blocks = {"tweets-v1-000001: index.blocks.write"};
  EXPECT_EQ(judged(facts, "search blocks").verdict, fail);
  EXPECT_EQ(judged(facts, "search blocks").found, "tweets-v1-000001: index.blocks.write");
}

TEST(ElasticDoctor, ComparesEachDiskWithTheWatermarks) {
  auto facts = good();
  facts.disks.push_back({"n2", 100 * kGb, 9 * kGb});
  EXPECT_EQ(judged(facts, "search disk").verdict, warn);
  facts.disks.back().available = 4 * kGb;
  EXPECT_EQ(judged(facts, "search disk").verdict, fail);
  facts.watermarks = false;
  EXPECT_EQ(judged(facts, "search disk").verdict, warn);
}

TEST(ElasticDoctor, ReadsEveryFormOfAWatermark) {
  EXPECT_EQ(free_demanded({"75%", ""}, 100 * kGb), 25 * kGb);
  EXPECT_EQ(free_demanded({"0.75", ""}, 100 * kGb), 25 * kGb);
  EXPECT_EQ(free_demanded({"7gb", ""}, 100 * kGb), 7 * kGb);
  EXPECT_EQ(free_demanded({"75%", "100GB"}, 4'000 * kGb), 100 * kGb);
  EXPECT_EQ(free_demanded({"75%", "-1"}, 4'000 * kGb), 1'000 * kGb);
  EXPECT_EQ(free_demanded({"much", ""}, kGb), std::nullopt);
}

TEST(ElasticDoctor, TellsAServerThatIsAwayFromAWrongAddress) {
  auto list = check_server(ElasticIndexConfig{.urls = "http://127.0.0.1:1"});
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list.front().cause, Check::Cause::away);
  list = check_server(ElasticIndexConfig{.urls = "ftp://127.0.0.1"});
  EXPECT_EQ(list.front().cause, Check::Cause::settings);
}

}  // namespace
}  // namespace tweetpulse::elastic
