// Chains of edits with new ids: of a chain only the last version that was seen counts, and erasing one erases all.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite_rows.h"

namespace tweetpulse {

class SqliteChains {
 public:
  SqliteChains(Sql& sql, SqliteRows& rows);

  // Learns the ids of a chain, oldest first. `last_exists`: the last one was seen, even if its post never comes.
  void learn(const std::vector<std::string>& ids, bool last_exists);
  // Brings the row of `id`, and the chain that it is in, to the state that erases, restores and later versions ask
  // for. True: a row became a tombstone, or stopped being one.
  bool settle(std::string_view id);
  // The same for a post that came: nothing to do unless it is in a chain.
  void follow(std::string_view id);

 private:
  std::string chain_of(std::string_view id);
  bool settle_chain(std::string_view chain);
  bool settle_row(TweetRow& row, bool gone, std::int64_t removed_at);

  Sql& sql_;
  SqliteRows& rows_;
  bool any_ = false;  // no chain is known: nothing to look up
};

}  // namespace tweetpulse
