// What is said of authors: erased, hidden, withheld, places scrubbed; for their tweets in the store and those to come.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/postgres_chains.h"
#include "store/postgres_rows.h"

namespace tweetpulse {

struct PostgresAuthorMarks {
  std::optional<std::int64_t> erased_at, hidden_at, withheld_at;
  bool hidden = false;
  std::optional<std::string> withheld, scrubbed_to;
};

class PostgresAuthors {
 public:
  PostgresAuthors(PostgresSql& sql, PostgresRows& rows, PostgresChains& chains);

  // Asks for the marks of a batch's authors, once; known when the pipeline is settled.
  void ask(const std::vector<std::string_view>& authors);
  const PostgresAuthorMarks& marks(const std::string& author) const;
  // What an action did: nothing new, a change, or tombstones. Requires: no other writer is in a transaction.
  enum class Effect { none, changed, erased };
  Effect apply(const Tweet& action);
  // The payload without geo, coordinates and places, at any depth; "" when it is no JSON.
  static std::string scrubbed(std::string_view raw);

 private:
  void save(const std::string& author, const PostgresAuthorMarks& marks);
  Effect erase(const Tweet& action, PostgresAuthorMarks marks);
  Effect hide(const Tweet& action, PostgresAuthorMarks marks);
  Effect withhold(const Tweet& action, PostgresAuthorMarks marks);
  Effect scrub(const Tweet& action, PostgresAuthorMarks marks);

  PostgresSql& sql_;
  PostgresRows& rows_;
  PostgresChains& chains_;
  std::unordered_map<std::string, PostgresAuthorMarks> marks_;  // of those that have some
};

}  // namespace tweetpulse
