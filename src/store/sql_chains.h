// Chains of edits with new ids: of a chain only the last version that was seen counts, and erasing one erases all.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/sql_rows.h"

namespace tweetpulse {

class SqlChains {
 public:
  SqlChains(Sql& sql, SqlRows& rows) : sql_(sql), rows_(rows) {}

  // Asks for the chains of a batch's ids, once; known when the pipeline is settled. Ids not asked for and not learned
  // are in no chain.
  void ask(const std::vector<std::string_view>& ids);
  bool knows_any() const { return !chains_.empty(); }

  // Learns the ids of a chain, oldest first. `last_exists`: the last one was seen, even if its post never comes.
  void learn(const std::vector<std::string>& ids, bool last_exists);
  // Brings the row of `id`, and the chain that it is in, to the state that erases, restores and later versions ask
  // for. True: a row became a tombstone, or stopped being one.
  bool settle(const std::string& id);
  // The same for a post that came: nothing to do unless it is in a chain.
  void follow(const std::string& id);

 private:
  std::string chain_of(const std::string& id) const;
  bool settle_chain(const std::string& chain);
  bool settle_row(TweetRow& row, bool gone, std::int64_t removed_at);

  Sql& sql_;
  SqlRows& rows_;
  std::unordered_map<std::string, std::string> chains_;  // id -> chain
};

}  // namespace tweetpulse
