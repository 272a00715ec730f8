// Which stores there are: one config struct and one open() each. Only app/ and store/ include this.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/check.h"
#include "base/result.h"
#include "store/books.h"
#include "store/tweet_store.h"

namespace tweetpulse {

struct SqliteStoreConfig {
  std::filesystem::path file;
  bool aggregations = true;  // ENABLE_AGGREGATIONS: hourly counts
  std::string country;       // two capital letters; what is withheld there is hidden. "" = only what is so everywhere
};
struct PostgresStoreConfig {
  std::string url;                         // postgresql://, also with +driver; PG* and password files fill gaps
  std::string application = "tweetpulse";  // application_name: tweetpulse/<role>/<worker>
  int connections = 4;
  std::chrono::milliseconds statement_timeout{30'000};
  bool named_statements = true;  // false behind a pooler in transaction mode
  bool aggregations = true;
  std::string country;
};
using StoreConfig = std::variant<SqliteStoreConfig, PostgresStoreConfig>;

Result<std::unique_ptr<TweetStore>> open(const SqliteStoreConfig& config);
// Brings the schema up to date under a lock. rejected: the server refuses us, or its schema is newer than this program.
Result<std::unique_ptr<TweetStore>> open(const PostgresStoreConfig& config);

// The migrations that the database lacks, in order; migrate() applies them and returns what it applied.
struct Migration {
  int number = 0;
  std::string name, sql;
};
Result<std::vector<Migration>> missing_migrations(const PostgresStoreConfig& config);
Result<std::vector<Migration>> migrate(const PostgresStoreConfig& config);

// For doctor; nothing is changed on the server. `durable`: commits that a crash may undo fail instead of a warning.
std::vector<Check> check_server(const PostgresStoreConfig& config, bool durable);

}  // namespace tweetpulse
