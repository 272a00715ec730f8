// Which indexes there are: one config struct and one open() each. Only app/ and search/ include this.
#pragma once

#include <filesystem>
#include <memory>
#include <variant>

#include "base/result.h"
#include "search/search_index.h"

namespace tweetpulse {

struct SqliteIndexConfig {
  std::filesystem::path file;
};
using SearchConfig = std::variant<SqliteIndexConfig>;

Result<std::unique_ptr<SearchIndex>> open(const SqliteIndexConfig& config);

}  // namespace tweetpulse
