#include "driver/postgres_statements.h"

#include <gtest/gtest.h>

#include <set>

namespace tweetpulse::postgres {
namespace {

std::string text(std::size_t n) {
  return "SELECT " + std::to_string(n);
}

TEST(PostgresStatements, GiveATextTheSameNameAgain) {
  Statements statements;
  const auto first = statements.use("SELECT 1");
  EXPECT_TRUE(first.fresh);
  const auto again = statements.use("SELECT 1");
  EXPECT_FALSE(again.fresh);
  EXPECT_EQ(again.name, first.name);
  EXPECT_NE(statements.use("SELECT 2").name, first.name);
}

TEST(PostgresStatements, DropTheLeastRecentlyUsedWhenThereAreTooMany) {
  Statements statements;
  const auto hot = statements.use("hot").name;
  const auto cold = statements.use("cold").name;
  std::size_t held = 2;
  std::set<std::string> dropped;
  for (std::size_t n = 0; n < 2 * Statements::kMost; ++n) {
    EXPECT_EQ(statements.use("hot").name, hot);
    EXPECT_TRUE(statements.use(text(n)).fresh);
    ++held;
    for (const auto& name : statements.take_dropped()) {
      EXPECT_TRUE(dropped.insert(name).second);
      --held;
    }
    ASSERT_LE(held, Statements::kMost);
  }
  EXPECT_TRUE(dropped.contains(cold));
  EXPECT_FALSE(dropped.contains(hot));
}

TEST(PostgresStatements, PrepareAnewWhatWasForgotten) {
  Statements statements;
  const auto first = statements.use("SELECT 1").name;
  statements.forget("SELECT 1");
  const auto second = statements.use("SELECT 1");
  EXPECT_TRUE(second.fresh);
  EXPECT_NE(second.name, first);
  statements.clear();
  const auto third = statements.use("SELECT 1");
  EXPECT_TRUE(third.fresh);
  EXPECT_NE(third.name, second.name);
  EXPECT_TRUE(statements.take_dropped().empty());
}

}  // namespace
}  // namespace tweetpulse::postgres
