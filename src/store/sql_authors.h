// What is said of authors: erased, hidden, withheld, places scrubbed; for their tweets in the store and those to come.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/sql_chains.h"
#include "store/sql_rows.h"

namespace tweetpulse {

struct AuthorMarks {
  std::optional<std::int64_t> erased_at, hidden_at, withheld_at;
  bool hidden = false;
  std::optional<std::string> withheld, scrubbed_to;
};

class SqlAuthors {
 public:
  SqlAuthors(Sql& sql, SqlRows& rows, SqlChains& chains);

  // Asks for the marks of a batch's authors, once; known when the pipeline is settled.
  void ask(const std::vector<std::string_view>& authors);
  const AuthorMarks& marks(const std::string& author) const;
  // What an action did: nothing new, a change, or tombstones. Requires: no other writer is in a transaction.
  enum class Effect { none, changed, erased };
  Effect apply(const Tweet& action);
  // The payload without geo, coordinates and places, at any depth; "" when it is no JSON.
  static std::string scrubbed(std::string_view raw);

 private:
  void save(const std::string& author, const AuthorMarks& marks);
  Effect erase(const Tweet& action, AuthorMarks marks);
  Effect hide(const Tweet& action, AuthorMarks marks);
  Effect withhold(const Tweet& action, AuthorMarks marks);
  Effect scrub(const Tweet& action, AuthorMarks marks);

  Sql& sql_;
  SqlRows& rows_;
  SqlChains& chains_;
  std::unordered_map<std::string, AuthorMarks> marks_;  // of those that have some
};

}  // namespace tweetpulse
