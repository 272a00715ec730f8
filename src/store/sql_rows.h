// The tables of tweets inside one saving transaction, with the rows that it has read or written; every change of a row
// moves its hour. Threads: belongs to the thread that holds the connection.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/sql.h"
#include "store/tweet_row.h"

namespace tweetpulse {

// A time of TweetRow as the tables hold it.
inline std::optional<Time> time_of(const std::optional<std::int64_t>& ms) {
  if (!ms) return std::nullopt;
  return from_ms(*ms);
}

// Where a statement is a call, this one saves asking an empty table for each id.
bool any_in(Sql& sql, std::string_view table);

class SqlRows {
 public:
  SqlRows(Sql& sql, std::string_view country) : sql_(sql), country_(country) {}

  // One flag a row: it was not there. Rows in the order of their ids, so that writers do not wait in a circle.
  // A placeholder that was inserted counts as absent until insert() fills it.
  std::vector<bool> insert_all(std::span<const NewRow> rows);
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

  void write_hours() { sql_.add_hours(hours_); }
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
  std::string load_where(std::string_view condition) const;  // "JOIN .. WHERE .. ORDER BY .."
  void keep(const SqlRow& row, std::vector<TweetRow>* also);
  void update(const std::string& id, const TweetRow& row);

  Sql& sql_;
  std::string country_;
  std::unordered_map<std::string, Known> known_;
  HourChanges hours_;
  std::set<std::string> removed_;
  bool changed_ = false;
};

}  // namespace tweetpulse
