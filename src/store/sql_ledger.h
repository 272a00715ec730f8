// The worker ledger: which entries each consumer's last new batch held, and every entry's class so far.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/books.h"
#include "store/sql.h"
#include "store/tweet_store.h"

namespace tweetpulse {

class SqlLedger {
 public:
  // Requires: `origin` and `batch` outlive this.
  SqlLedger(Sql& sql, std::span<const EnrichedTweet> batch, const BatchOrigin& origin);
  bool counts() const { return !origin_.consumer.empty(); }  // the batch came from a queue
  // Looks the entries up, once. Requires: the rows that they name are locked or inserted, so that whoever else saves
  // the same entries has committed.
  void look_up();
  bool redelivered(std::size_t index) const { return !redelivered_.empty() && redelivered_[index]; }
  void write(const SaveReport& report);

 private:
  Sql& sql_;
  const BatchOrigin& origin_;
  std::vector<std::string> lines_;  // one an entry, as stored
  std::vector<bool> redelivered_;   // empty = not looked up
};

}  // namespace tweetpulse
