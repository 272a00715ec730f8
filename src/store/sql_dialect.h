// Where the SQL of SQLite and of PostgreSQL differs, as parts of statements.
// Threads: plain constants.
#pragma once

#include <string_view>

#include "base/time.h"

namespace tweetpulse {

struct SqlDialect {
  std::string_view adapter;
  bool embedded;  // statements are calls on a file with one writer, not trips to a server with many
  bool (*holds_text)(std::string_view text);  // what a column takes
  bool (*holds_time)(Time time);
  std::string_view bodies;    // joins the columns packed and raw to `tweets t`
  std::string_view put_body;  // $1 packed, $2 raw, $3 id
  std::string_view put_raw;   // $1 raw, $2 id
  std::string_view drop_body;
  std::string_view locked;       // ends a SELECT FROM tweets t: the rows stay as they are until the transaction ends
  std::string_view lock_savers;  // "" = a writer is alone anyway
  std::string_view lock_alone;
  std::string_view hour;       // that a column created_at lies in
  std::string_view now;        // of the store's clock, as the tables hold it
  std::string_view by_change;  // after tweet_aggregations: find the few that changed
  std::string_view changes;    // SELECT of the change counter
  std::string_view rows;       // SELECT of how many rows tweets has, without walking them
};

}  // namespace tweetpulse
