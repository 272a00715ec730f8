#include "store/postgres_doctor.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tweetpulse {
namespace {

using enum Check::Verdict;

PostgresFacts good() {
  PostgresFacts facts;
  facts.version = "15.20";
  facts.version_number = 150'020;
  facts.fsync = facts.full_page_writes = facts.synchronous_commit = "on";
  facts.encoding = "UTF8";
  facts.collation = "C.UTF-8";
  facts.max_connections = 100;
  facts.reserved = 3;
  facts.used = 5;
  return facts;
}

Check judged(const PostgresFacts& facts, const std::string& name, bool durable = false) {
  Checks out;
  judge_postgres(facts, {}, durable, out);
  const auto list = out.take();
  const auto found = std::find_if(list.begin(), list.end(), [&](const Check& check) { return check.name == name; });
  if (found != list.end()) return *found;
  ADD_FAILURE() << "no line " << name;
  return {};
}

TEST(PostgresDoctor, PassesAServerAsItIsInstalled) {
  Checks out;
  judge_postgres(good(), {}, true, out);
  for (const auto& check : out.take()) EXPECT_EQ(check.verdict, pass) << check.name << ": " << check.found;
}

TEST(PostgresDoctor, WarnsOfCommitsThatMayBeLostAndFailsThemWhereDurabilityIsDemanded) {
  auto facts = good();
  facts.synchronous_commit = "off";
  EXPECT_EQ(judged(facts, "postgres durability").verdict, warn);
  EXPECT_EQ(judged(facts, "postgres durability", true).verdict, fail);
  facts.synchronous_commit = "local";
  EXPECT_EQ(judged(facts, "postgres durability", true).verdict, pass);
}

TEST(PostgresDoctor, FailsAServerWhoseFilesAPowerFailureMayTear) {
  auto facts = good();
  facts.fsync = "off";
  EXPECT_EQ(judged(facts, "postgres durability").verdict, fail);
  facts = good();
  facts.full_page_writes = "off";
  EXPECT_EQ(judged(facts, "postgres durability").verdict, fail);
}

TEST(PostgresDoctor, FailsADatabaseThatIsNotInUtf8) {
  auto facts = good();
  facts.encoding = "SQL_ASCII";
  EXPECT_EQ(judged(facts, "postgres encoding").verdict, fail);
}

TEST(PostgresDoctor, WarnsWhenTheLibraryOfACollationHasMoved) {
  auto facts = good();
  facts.collation_version = "2.31";
  facts.library_version = "2.36";
  EXPECT_EQ(judged(facts, "postgres collation").verdict, warn);
}

TEST(PostgresDoctor, FailsWhatTakesNoWrites) {
  for (auto spoil :
       {+[](PostgresFacts& facts) { facts.standby = true; }, +[](PostgresFacts& facts) { facts.read_only = true; },
        +[](PostgresFacts& facts) { facts.may_write = false; },
        +[](PostgresFacts& facts) { facts.may_create = false; }}) {
    auto facts = good();
    spoil(facts);
    EXPECT_EQ(judged(facts, "postgres writes").verdict, fail);
    EXPECT_NE(judged(facts, "postgres writes").remedy, "");
  }
}

TEST(PostgresDoctor, ComparesTheConnectionsThatAreLeftWithThePool) {
  auto facts = good();
  facts.used = 94;
  EXPECT_EQ(judged(facts, "postgres connections").found, "94 of 97 in use, 3 left; a process takes up to 4");
  EXPECT_EQ(judged(facts, "postgres connections").verdict, warn);
  facts.used = 97;
  EXPECT_EQ(judged(facts, "postgres connections").verdict, fail);
}

TEST(PostgresDoctor, WarnsOfAVersionThatNobodyTests) {
  auto facts = good();
  facts.version_number = 140'011;
  EXPECT_EQ(judged(facts, "postgres version").verdict, warn);
}

TEST(PostgresDoctor, TellsAServerThatIsAwayFromAWrongAddress) {
  auto list = check_server(PostgresStoreConfig{.url = "postgresql://nobody@127.0.0.1:1/none"}, false);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list.front().cause, Check::Cause::away);
  list = check_server(PostgresStoreConfig{.url = "mysql://h/d"}, false);
  EXPECT_EQ(list.front().cause, Check::Cause::settings);
}

}  // namespace
}  // namespace tweetpulse
