// The tables of tweets inside one saving transaction, with the rows that it has read or written; every change of a row
// moves its hour. Threads: belongs to the thread that holds the connection.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/postgres_sql.h"
#include "store/tweet_row.h"

namespace tweetpulse {

// A time of TweetRow as the tables hold it.
inline std::optional<Time> time_of(const std::optional<std::int64_t>& ms) {
  if (!ms) return std::nullopt;
  return from_ms(*ms);
}

class PostgresRows {
 public:
  PostgresRows(PostgresSql& sql, std::string_view country) : sql_(sql), country_(country) {}

  // What a bulk insert takes: a post that is thought to be new, or the row that an action needs where none is.
  struct NewRow {
    TweetRow row;
    std::string packed;
    std::string_view raw;
    bool placeholder = false;
  };
  // One flag a row: it was not there. Rows in the order of their ids, so that writers do not wait in a circle.
  // A placeholder that was inserted counts as absent until insert() fills it.
  std::vector<bool> insert_all(std::span<NewRow> rows);
  // Locks the rows of `ids` in their order and keeps them.
  void preload(const std::vector<std::string_view>& ids);

  std::optional<TweetRow> load(const std::string& id);
  std::optional<TweetRow> load_alias(std::string_view alias);
  std::vector<TweetRow> chain(std::string_view first_id);
  std::vector<TweetRow> live_of(std::string_view author);  // locked, in the order of their ids

  void insert(TweetRow& row);
  // Requires: `before` is what the store holds.
  void replace(const TweetRow& before, const TweetRow& after);
  // Text, payload and history go; id, alias, dimensions and marks stay.
  void bury(TweetRow& row, std::int64_t removed_at);

  void put_body(const std::string& id, std::string packed, std::string_view raw);
  std::string packed(const std::string& id);
  void keep_revision(std::string_view id, std::uint64_t fingerprint, std::int64_t revision, std::string_view packed);
  void forget_revision(std::string_view id, std::uint64_t fingerprint);
  void forget_uncounted(const std::string& id);

  void write_hours();
  bool visible(const TweetRow& row) const;
  void removed(const std::string& id) { removed_.insert(id); }
  std::vector<std::string> removed_ids() const { return {removed_.begin(), removed_.end()}; }
  bool changed() const { return changed_; }
  void mark_changed() { changed_ = true; }

 private:
  struct Known {
    std::optional<TweetRow> row;  // nullopt: no such row, or a placeholder
    std::optional<std::string> packed;
    bool placeholder = false;
  };
  void count(const Dimensions& dimensions, std::int64_t tweets);
  void insert_chunk(std::span<NewRow> rows, std::unordered_set<std::string>& inserted);
  void keep(const postgres::Row& row, std::vector<TweetRow>* also);
  void update(const std::string& id, const TweetRow& row);

  PostgresSql& sql_;
  std::string country_;
  std::unordered_map<std::string, Known> known_;
  std::map<Dimensions, std::int64_t> hours_;  // created_at = start of the hour
  std::set<std::string> removed_;
  bool changed_ = false;
};

}  // namespace tweetpulse
