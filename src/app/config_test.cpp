#include "app/config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "app/config_values.h"
#include "app/reload.h"
#include "support/temp_folder.h"

namespace tweetpulse {
namespace {

class ConfigTest : public testing::Test {
 protected:
  std::string file(const std::string& content) {
    const auto path = folder.path() / "a.toml";
    std::ofstream(path) << content;
    return path.string();
  }
  std::string failure(const ConfigSources& sources) {
    try {
      Config::load(sources);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }
  testing_support::TempFolder folder;
};

TEST_F(ConfigTest, AFlagStandsAboveTheEnvironmentAndThatAboveTheFile) {
  ConfigSources sources;
  sources.file = file("[http]\nlisten = \"127.0.0.1:1\"\nthreads = 7\n[queue]\nmax_bytes = \"1GB\"\n");
  sources.environment = {{"TWEETPULSE_HTTP_LISTEN", "127.0.0.1:2"}, {"TWEETPULSE_HTTP_THREADS", "8"}};
  sources.flags = {"http.listen=127.0.0.1:3"};
  const auto config = Config::load(sources);
  EXPECT_EQ(config.text("http.listen"), "127.0.0.1:3");
  EXPECT_EQ(config.integer("http.threads"), 8);
  EXPECT_EQ(config.integer("queue.max_bytes"), 1'000'000'000);
  EXPECT_EQ(config.origin("http.listen"), "flag --set");
  EXPECT_EQ(config.origin("http.threads"), "environment TWEETPULSE_HTTP_THREADS");
  EXPECT_NE(config.origin("queue.max_bytes").find("a.toml:5"), std::string::npos);
  EXPECT_EQ(config.origin("search.index"), "default");
}

TEST_F(ConfigTest, TheSeedsVariablesSetTheirKeys) {
  ConfigSources sources;
  sources.environment = {{"BATCH_SIZE", "70"},
                         {"BATCH_TIMEOUT", "2.5"},
                         {"ENABLE_AGGREGATIONS", "no"},
                         {"STREAM_START_FROM", "$  # only new ones"},
                         {"WORKER_ID", "w1"}};
  const auto config = Config::load(sources);
  EXPECT_EQ(config.integer("elastic_worker.batch_size"), 70);
  EXPECT_EQ(config.integer("persist_worker.batch_size"), 70);
  EXPECT_EQ(config.duration("persist_worker.batch_timeout"), std::chrono::milliseconds(2500));
  EXPECT_FALSE(config.flag("persist_worker.aggregations"));
  EXPECT_EQ(config.text("queue.start_from"), "$");
  EXPECT_EQ(config.text("worker.id"), "w1");
}

TEST_F(ConfigTest, AnUnknownKeyNamesItsPlaceAndTheNearestOne) {
  ConfigSources sources;
  sources.file = file("[http]\nlissten = \"127.0.0.1:1\"\n");
  const auto what = failure(sources);
  EXPECT_NE(what.find("a.toml:2:"), std::string::npos) << what;
  EXPECT_NE(what.find("did you mean 'http.listen'"), std::string::npos) << what;
}

TEST_F(ConfigTest, AWrongValueNamesItsPlaceAndWhatIsAllowed) {
  ConfigSources sources;
  sources.environment = {{"BATCH_SIZE", "0"}};
  EXPECT_NE(failure(sources).find("environment BATCH_SIZE: elastic_worker.batch_size must lie in 1..10000"),
            std::string::npos);
  sources.environment = {{"TWEETPULSE_ANALYZE_PROFILE", "deep"}};
  EXPECT_NE(failure(sources).find("must be one of full|fast"), std::string::npos);
  sources.environment = {};
  sources.flags = {"shutdown.timeout=soon"};
  EXPECT_NE(failure(sources).find("a duration such as"), std::string::npos);
  sources.flags = {};
  sources.file = file("[http\n");
  EXPECT_NE(failure(sources).find("a.toml:1"), std::string::npos);
}

TEST_F(ConfigTest, SecretsAreRedactedAndMayStandInAPrivateFile) {
  const auto secret = folder.path() / "secret";
  std::ofstream(secret) << "redis://user:canary@host\n";
  std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
  ConfigSources sources;
  sources.environment = {{"REDIS_URL_FILE", secret.string()}};
  const auto config = Config::load(sources);
  EXPECT_EQ(config.text("queue.url"), "redis://user:canary@host");
  EXPECT_EQ(config.print(true).find("canary"), std::string::npos);
  std::filesystem::permissions(secret, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  EXPECT_NE(failure(sources).find("chmod 600"), std::string::npos);
}

TEST_F(ConfigTest, TheDataFolderFollowsTheEnvironment) {
  ConfigSources sources;
  sources.environment = {{"HOME", "/home/ada"}};
  EXPECT_EQ(Config::load(sources).data_dir(), "/home/ada/.local/share/tweetpulse");
  sources.environment["XDG_DATA_HOME"] = "/data";
  EXPECT_EQ(Config::load(sources).data_dir(), "/data/tweetpulse");
  sources.environment["STATE_DIRECTORY"] = "/var/lib/tweetpulse";
  EXPECT_EQ(Config::load(sources).data_dir(), "/var/lib/tweetpulse");
  sources.flags = {"data_dir=/mine"};
  EXPECT_EQ(Config::load(sources).data_dir(), "/mine");
}

TEST_F(ConfigTest, ReadingAgainTakesTheReloadableKeysAndNamesTheOthers) {
  auto config = Config::load({});
  ConfigSources sources;
  sources.flags = {"log.level=debug", "simulator.rate=7", "http.threads=9"};
  const auto done = take_reloadable(config, Config::load(sources));
  EXPECT_EQ(done.changed, (std::vector<std::string>{"simulator.rate", "log.level"}));
  EXPECT_EQ(done.kept, std::vector<std::string>{"http.threads"});
  EXPECT_EQ(config.real("simulator.rate"), 7);
  EXPECT_EQ(config.integer("http.threads"), 4);
}

TEST(ConfigValues, ReadDurationsAndSizes) {
  EXPECT_EQ(parse_duration("250ms")->count(), 250);
  EXPECT_EQ(parse_duration("10.0")->count(), 10'000);
  EXPECT_EQ(parse_duration("7d")->count(), 604'800'000);
  EXPECT_FALSE(parse_duration("-1s"));
  EXPECT_FALSE(parse_duration("5 parsecs"));
  EXPECT_EQ(parse_size("64MB"), 64'000'000);
  EXPECT_EQ(parse_size("10"), 10);
  EXPECT_FALSE(parse_size("many"));
}

}  // namespace
}  // namespace tweetpulse
