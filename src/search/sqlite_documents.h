// One row of search.db: written, overwritten, turned into a tombstone, together with its full-text entry. Threads: as
// the Database; every call inside the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/sqlite.h"
#include "query/terms.h"
#include "search/sqlite_schema.h"
#include "tweet/tweet.h"

namespace tweetpulse::sqlite_search {

struct Stored {
  std::int64_t row = 0, revision = 0, state = 0;
  std::optional<std::int64_t> event_at;  // newest erase or restore
  std::string chain;                     // first id of the edit chain; "" = none known
};

class Documents {
 public:
  explicit Documents(sqlite::Database& database) : database_(database) {}

  Result<std::optional<Stored>> find(std::string_view id);
  Result<std::vector<std::string>> ids_of_chain(std::string_view chain);
  Result<std::vector<std::string>> ids_of_alias(std::string_view alias);
  // Rows whose text is there, hidden ones included.
  Result<std::vector<std::int64_t>> rows_of_author(std::string_view author_id);

  // Requires: `stored` is find(tweet.id). An equal document is no change.
  Result<> write(const EnrichedTweet& tweet, const std::optional<Stored>& stored, std::int64_t state);
  // Text, values and full-text entry go; the id stays with kTombstoneRevision. state: kErased or kSuperseded.
  Result<> bury(std::string_view id, std::int64_t state, std::string_view chain, std::optional<std::int64_t> event_at);
  // A tombstone, or nothing yet: as if the id had never come, but for the time of the event.
  Result<> make_absent(std::string_view id, std::int64_t event_at);
  Result<> note_event(std::int64_t row, std::int64_t event_at);
  Result<> change_state(std::int64_t row, std::int64_t set, std::int64_t clear);
  Result<std::optional<EnrichedTweet>> read(std::int64_t row);  // nullopt: a tombstone
  Result<> mark(std::int64_t row, EnrichedTweet tweet, const std::vector<std::string>& withheld_in);

  std::int64_t changes() const { return changes_; }

 private:
  struct Texts {  // as the full-text table has them
    std::string terms, url_terms, labels;
    bool operator==(const Texts&) const = default;
  };
  static Texts texts_of(const Searchable& searchable);
  Result<> insert(const EnrichedTweet& tweet, std::int64_t state);
  Result<> replace(const EnrichedTweet& tweet, std::int64_t row, bool same_revision, std::int64_t state);
  Result<> write_columns(std::string_view sql, const EnrichedTweet& tweet, const Searchable& searchable,
                         std::int64_t state, std::optional<std::int64_t> row);
  Result<> index_texts(std::int64_t row, const Texts& texts);
  Result<> unindex_texts(std::int64_t row, const Texts& texts);
  Result<> forget(std::int64_t row);

  sqlite::Database& database_;
  std::string packed_;  // kept for its room
  std::int64_t changes_ = 0;
};

}  // namespace tweetpulse::sqlite_search
