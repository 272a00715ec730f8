// One batch into the tables of an open transaction: rows, hours and worker ledger.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <span>
#include <string>

#include "store/sqlite_authors.h"
#include "store/sqlite_chains.h"
#include "store/sqlite_ledger.h"
#include "store/sqlite_rows.h"
#include "store/tweet_store.h"

namespace tweetpulse {

class SqliteSave {
 public:
  SqliteSave(Sql& sql, std::span<const EnrichedTweet> batch, const BatchOrigin& origin, std::string_view country);
  SaveReport run(bool aggregations);  // to be thrown away when the transaction fails

 private:
  enum class Class { created, changed, erased, duplicate, refused };

  void run_sorted(std::vector<std::size_t>& indices);
  void count(std::size_t index, Class what);
  void name_again(const Tweet& tweet);
  Class apply(std::size_t index);
  Class on_tweet(std::size_t index);
  Class post(const EnrichedTweet& tweet, const AuthorMarks& marks, const std::optional<TweetRow>& row);
  bool create(const EnrichedTweet& tweet, const AuthorMarks& marks);  // false: the id is there
  Class observe(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks);
  Class observe_live(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks);
  Class erase(const Tweet& action, std::optional<TweetRow>& row);
  Class restore(const Tweet& action, std::optional<TweetRow>& row);
  Class withhold(const Tweet& action, std::optional<TweetRow>& row);
  Class restate(const Tweet& action, std::optional<TweetRow>& row);
  std::optional<TweetRow> find(const Tweet& tweet);
  TweetRow placeholder(const Tweet& action) const;
  void fill(TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks);
  void put_body(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks);

  Sql& sql_;
  std::span<const EnrichedTweet> batch_;
  SqliteRows rows_;
  SqliteChains chains_;
  SqliteAuthors authors_;
  SqliteLedger ledger_;
  SaveReport report_;
  std::string packed_;
};

}  // namespace tweetpulse
