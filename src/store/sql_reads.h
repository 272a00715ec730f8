// Questions to the tables, each in one snapshot. Live and visible tweets only, where the port says so.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/sql.h"
#include "store/tweet_store.h"

namespace tweetpulse {

// The one filter that leaves tombstones and hidden tweets out; the table is named t.
std::string visible_condition(std::string_view country);

class SqlReads {
 public:
  SqlReads(Sql& sql, std::string_view visible) : sql_(sql), visible_(visible) {}

  std::vector<Held> contains(std::span<const Tweet> tweets);
  std::vector<bool> erased_authors(std::span<const Tweet> tweets);
  std::vector<EnrichedTweet> tweets(std::span<const std::string> ids);
  std::vector<EnrichedTweet> find(const TweetFilter& filter);
  std::string raw(std::string_view id);
  std::optional<Position> position(std::string_view id);
  std::vector<IdRevision> revisions(std::string_view after_id, std::size_t limit);

  std::vector<HourCount> hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                const std::optional<HourCount>& after, std::size_t limit);
  std::vector<HourRow> hour_rows(Time since, const std::optional<HourRow>& after, std::size_t limit);
  TweetStore::Recount recount();
  void repair_hours();

 private:
  std::optional<EnrichedTweet> unpack(std::string_view packed, std::string_view withheld);
  bool can_hold(std::string_view text) const;
  std::string from_tweets(std::string_view columns, std::string_view condition) const;  // with their bodies

  Sql& sql_;
  std::string_view visible_;
};

}  // namespace tweetpulse
