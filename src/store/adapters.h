// Which stores there are: one config struct and one open() each. Only app/ and store/ include this.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "base/result.h"
#include "store/books.h"
#include "store/tweet_store.h"

namespace tweetpulse {

struct SqliteStoreConfig {
  std::filesystem::path file;
  bool aggregations = true;  // ENABLE_AGGREGATIONS: hourly counts
  std::string country;       // two capital letters; what is withheld there is hidden. "" = only what is so everywhere
};
using StoreConfig = std::variant<SqliteStoreConfig>;

Result<std::unique_ptr<TweetStore>> open(const SqliteStoreConfig& config);

}  // namespace tweetpulse
