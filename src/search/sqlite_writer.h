// The one writer of search.db: posts and actions of a batch in one transaction. Threads: any; callers take turns.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "driver/sqlite.h"
#include "search/search_index.h"

namespace tweetpulse::sqlite_search {

class Actions;
class Documents;

class Writer {
 public:
  explicit Writer(sqlite::Database database) : database_(std::move(database)) {}

  Result<std::vector<Refused>> index(std::span<const EnrichedTweet> tweets);
  Result<> remove(std::span<const std::string> ids);

 private:
  std::mutex mutex_;
  sqlite::Database database_;
};

}  // namespace tweetpulse::sqlite_search
