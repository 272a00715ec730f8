// The worker ledger: which entries each consumer's last new batch held, and every entry's class so far.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <string>
#include <vector>

#include "store/books.h"
#include "store/sqlite_sql.h"
#include "store/tweet_store.h"

namespace tweetpulse {

class SqliteLedger {
 public:
  // Requires: `origin` and `batch` outlive this.
  SqliteLedger(Sql& sql, std::span<const EnrichedTweet> batch, const BatchOrigin& origin);
  bool counts() const { return !origin_.consumer.empty(); }  // the batch came from a queue
  bool redelivered(std::size_t index) const { return counts() && redelivered_[index]; }
  void write(const SaveReport& report);

 private:
  Sql& sql_;
  const BatchOrigin& origin_;
  std::vector<std::string> lines_;  // one an entry, as stored
  std::vector<bool> redelivered_;
};

}  // namespace tweetpulse
