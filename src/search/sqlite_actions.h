// Removals and the like on search.db: delivery.md section 7, in any order of arrival, any number of times. Threads: as
// the Database; every call inside the caller's transaction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "search/sqlite_documents.h"

namespace tweetpulse::sqlite_search {

// What earlier actions say about a post that comes now.
struct Standing {
  bool author_erased = false, alias_erased = false;
  std::int64_t state = 0;  // kAuthorHidden, kWithheld, kAuthorWithheld
  bool countries_known = false;
  std::vector<std::string> countries;  // replaces withheld_in
};

class Actions {
 public:
  Actions(sqlite::Database& database, Documents& documents) : database_(database), documents_(documents) {}

  // Asks once whether there is any action at all.
  Result<> begin();
  Result<> apply(const Tweet& action);
  Result<> erase(std::string_view id, std::int64_t event_at);
  Result<Standing> standing_of(const Tweet& post);

  // The chain of a post: erased when any of it was erased, else its earlier ids give way. Requires: a history of two
  // ids or more.
  Result<> learn_chain(const Tweet& post);

 private:
  Result<bool> note(std::string_view subject, int topic, std::int64_t event_at, std::string_view value);
  Result<> erase_chain(std::string_view chain, const std::vector<std::string>& ids,
                       std::optional<std::int64_t> event_at);
  Result<> erase_alias(std::string_view alias, std::int64_t event_at);
  Result<> give_way(const std::vector<std::string>& history, std::string_view last);
  Result<> restore(std::string_view id, std::int64_t event_at);
  Result<> erase_author(std::string_view author, std::int64_t event_at);
  Result<> show_author(std::string_view author, bool hidden, std::int64_t event_at);
  Result<> judge_again(std::int64_t row);
  Result<> withhold(const Tweet& action, std::int64_t event_at);

  sqlite::Database& database_;
  Documents& documents_;
  bool any_ = false;
};

}  // namespace tweetpulse::sqlite_search
