// The tables of tweets inside one saving transaction; every change of a row moves its hour.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite_sql.h"
#include "store/tweet_row.h"

namespace tweetpulse {

class SqliteRows {
 public:
  SqliteRows(Sql& sql, std::string_view country) : sql_(sql), country_(country) {}

  std::optional<TweetRow> load(std::string_view id);
  std::optional<TweetRow> load_alias(std::string_view alias);
  std::vector<TweetRow> chain(std::string_view first_id);

  // Both give the row its number. insert_post takes what a post sets, and says false when the id is there.
  void insert(TweetRow& row);
  bool insert_post(TweetRow& row);
  // Requires: `before` is what the store holds.
  void replace(const TweetRow& before, const TweetRow& after);
  // Text, payload and history go; id, alias, dimensions and marks stay.
  void bury(TweetRow& row, std::int64_t removed_at);

  void put_body(std::int64_t number, std::string_view packed, std::string_view raw);
  std::string packed(std::int64_t number);
  void keep_revision(std::string_view id, std::uint64_t fingerprint, std::int64_t revision, std::string_view packed);
  void forget_revision(std::string_view id, std::uint64_t fingerprint);

  void write_hours(std::int64_t now_ms);
  bool visible(const TweetRow& row) const;
  void removed(const std::string& id) { removed_.insert(id); }
  std::vector<std::string> removed_ids() const { return {removed_.begin(), removed_.end()}; }
  bool changed() const { return changed_; }
  void mark_changed() { changed_ = true; }

 private:
  void count(const Dimensions& dimensions, std::int64_t tweets);

  Sql& sql_;
  std::string country_;
  std::map<Dimensions, std::int64_t> hours_;  // created_at = start of the hour
  Dimensions hour_;                           // keeps its memory from call to call
  std::set<std::string> removed_;
  bool changed_ = false;
};

}  // namespace tweetpulse
