// One batch into the tables of an open transaction: rows, hours and worker ledger.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "store/sql_authors.h"
#include "store/sql_chains.h"
#include "store/sql_ledger.h"
#include "store/sql_rows.h"
#include "store/tweet_store.h"

namespace tweetpulse {

class SqlSave {
 public:
  SqlSave(Sql& sql, std::span<const EnrichedTweet> batch, const BatchOrigin& origin, std::string_view country);

  // True: the batch holds what is more than rows of their own (authors, chains, aliases), so that no other may be
  // saved beside it.
  static bool wants_alone(std::span<const EnrichedTweet> batch);
  // Learns what is known of authors and chains. False: the batch touches a chain, or an alias whose post has not come;
  // roll back, and begin anew, alone.
  bool begin(bool alone);
  SaveReport run(bool aggregations);  // to be thrown away when the transaction fails

 private:
  enum class Class { created, changed, erased, duplicate, refused };

  void save_segment(std::vector<std::size_t>& indices);
  std::vector<std::size_t> insert_new(const std::vector<std::size_t>& indices);  // gives what is left to do
  bool takes_bulk(const Tweet& tweet) const;
  NewRow new_row(std::size_t index);
  void count(std::size_t index, Class what);
  void name_again(const Tweet& tweet);
  Class apply(std::size_t index);
  Class on_tweet(std::size_t index);
  Class post(const EnrichedTweet& tweet, const AuthorMarks& marks, const std::optional<TweetRow>& row);
  void create(const EnrichedTweet& tweet, const AuthorMarks& marks);
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
  std::string payload(const TweetRow& row, const Tweet& tweet, const AuthorMarks& marks) const;

  Sql& sql_;
  std::span<const EnrichedTweet> batch_;
  const BatchOrigin& origin_;
  SqlRows rows_;
  SqlChains chains_;
  SqlAuthors authors_;
  SqlLedger ledger_;
  SaveReport report_;
  std::vector<bool> unfit_;  // what the database cannot hold
  std::vector<std::string> scrubbed_;
  std::set<std::string> waiting_aliases_;  // of tombstones whose post has not come
};

// Why no column takes this tweet; "" = all do.
std::string_view unfit_reason(const EnrichedTweet& tweet, const SqlDialect& dialect);

}  // namespace tweetpulse
