#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/doctor_checks.h"

namespace tweetpulse {
namespace {

using enum Check::Verdict;

std::vector<Check> checked(const ConfigSources& sources) {
  Checks out;
  check_configuration(Config::load(sources), out);
  return out.take();
}

const Check* named(const std::vector<Check>& list, std::string_view name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Check& check) { return check.name == name; });
  return found == list.end() ? nullptr : &*found;
}

TEST(Doctor, ShowsNoPasswordOfAnyAddress) {
  EXPECT_EQ(redacted("redis://127.0.0.1:6379"), "redis://127.0.0.1:6379");
  EXPECT_EQ(redacted("postgresql+asyncpg://me:geheim@db/t"), "postgresql+asyncpg://me:***@db/t");
  EXPECT_EQ(redacted("https://u:geheim@a:9200,https://u:geheim@b:9200"), "https://u:***@a:9200,https://u:***@b:9200");
  EXPECT_EQ(redacted("redis://:geheim@h"), "redis://:***@h");
  EXPECT_EQ(redacted("postgresql://h/t?password=geheim&sslmode=require"),
            "postgresql://h/t?password=***&sslmode=require");
}

TEST(Doctor, TellsWhereTheSettingsCameFrom) {
  const auto list = checked({.flags = {"log.level=warn"}, .environment = {{"REDIS_URL", "redis://h"}}});
  EXPECT_EQ(named(list, "configuration")->found, "keys: 3 from environment, 1 from flag");
  EXPECT_EQ(named(list, "queue.url")->found, "redis://h (environment REDIS_URL)");
}

TEST(Doctor, WarnsOfAPasswordThatEverybodyGuessesUnlessTheServerIsOnThisMachine) {
  auto list = checked({.environment = {{"DATABASE_URL", "postgresql://me:postgres@db.example/t"}}});
  EXPECT_EQ(named(list, "store.url")->verdict, warn);
  list = checked({.environment = {{"DATABASE_URL", "postgresql://me:postgres@127.0.0.1/t"}}});
  EXPECT_EQ(named(list, "store.url")->verdict, pass);
  list = checked({.environment = {{"DATABASE_URL", "postgresql://me:x7Ggk2@db.example/t"}}});
  EXPECT_EQ(named(list, "store.url")->verdict, pass);
}

TEST(Doctor, WarnsOfAFileWithAPasswordThatEverybodyMayRead) {
  const auto file = std::filesystem::temp_directory_path() / "tweetpulse-doctor-test.toml";
  std::ofstream(file) << "[queue]\nurl = \"redis://me:x7Ggk2@h\"\n";
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  auto list = checked({.file = file});
  ASSERT_NE(named(list, "file mode"), nullptr);
  EXPECT_EQ(named(list, "file mode")->remedy, "chmod 600 " + file.string());
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  list = checked({.file = file});
  EXPECT_EQ(named(list, "file mode"), nullptr);
  std::filesystem::remove(file);
}

TEST(Doctor, AsksAProcessOfThisMachineOnLoopback) {
  EXPECT_EQ(reachable("0.0.0.0:9464"), "127.0.0.1:9464");
  EXPECT_EQ(reachable("[::]:9464"), "[::1]:9464");
  EXPECT_EQ(reachable("10.0.0.7:9464"), "10.0.0.7:9464");
}

}  // namespace
}  // namespace tweetpulse
