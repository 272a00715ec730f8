// What is said of authors: erased, hidden, withheld, places scrubbed; for their tweets in the store and those to come.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/sqlite_chains.h"
#include "store/sqlite_rows.h"

namespace tweetpulse {

struct AuthorMarks {
  std::optional<std::int64_t> erased_at, hidden_at, withheld_at;
  bool hidden = false;
  std::optional<std::string> withheld, scrubbed_to;
};

class SqliteAuthors {
 public:
  SqliteAuthors(Sql& sql, SqliteRows& rows, SqliteChains& chains);

  AuthorMarks marks(std::string_view author);
  // What an action did: nothing new, a change, or tombstones.
  enum class Effect { none, changed, erased };
  Effect apply(const Tweet& action);
  // The payload without geo, coordinates and places, at any depth; "" when it is no JSON.
  std::string scrubbed(std::string_view raw);

 private:
  void save(std::string_view author, const AuthorMarks& marks);
  Effect erase(const Tweet& action, AuthorMarks marks);
  Effect hide(const Tweet& action, AuthorMarks marks);
  Effect withhold(const Tweet& action, AuthorMarks marks);
  Effect scrub(const Tweet& action, AuthorMarks marks);
  std::vector<std::string> ids_of(std::string_view author);

  Sql& sql_;
  SqliteRows& rows_;
  SqliteChains& chains_;
  bool any_ = false;  // no author is marked: nothing to look up
};

}  // namespace tweetpulse
