// The truth: tweets and their hourly counts, changed in one transaction, or neither. Repeating a batch changes nothing.
// Threads: every method may be called from any thread; save() calls take turns where the adapter needs it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "tweet/hour_row.h"
#include "tweet/tweet.h"

namespace tweetpulse {

class Books;

// Where a batch came from, so that a redelivered entry is told from a second one: delivery.md section 11.
struct BatchOrigin {
  std::string consumer;               // "" = no queue entry (a DELETE by the API)
  std::vector<std::string> receipts;  // one a tweet, same order
};

struct SaveReport {  // per entry of the batch, each in one class
  std::int64_t created = 0, changed = 0, erased = 0, duplicate = 0, redelivered = 0;
  std::vector<std::pair<std::size_t, std::string>>
      refused;                           // index in the batch, reason: bury these; the rest is saved
  std::vector<std::string> removed_ids;  // made tombstones of or hidden by this batch: chains and authors too
};

enum class Held { absent, older, same_or_newer };

struct TweetFilter {                 // all that is set must hold; several values of one field are or-ed
  std::vector<std::string> authors;  // handle (any case, with or without @) or id
  std::vector<std::string> langs;
  std::vector<std::optional<Sentiment>> sentiments;  // nullopt = unscored
  std::vector<Kind> kinds;
  std::optional<Time> from, to;           // [from, to)
  std::optional<Position> after, before;  // exclusive, in the order (created_at, id)
  bool descending = true;
  std::size_t limit = 100;
};

struct HourCount {
  Time hour{};
  std::string value;  // of the dimension; "" without one
  std::int64_t tweets = 0;
};
enum class Dimension { none, lang, source, kind, sentiment };

struct IdRevision {
  std::string id;
  // kTombstoneRevision = not live: erased, or known without a tweet (restored, or withheld before it came).
  std::int64_t revision = 0;
};

class TweetStore {
 public:
  virtual ~TweetStore() = default;

  // Durable: when it returns. Folds the batch by id; newest observation wins; actions of delivery.md section 7.
  virtual Result<SaveReport> save(std::span<const EnrichedTweet> batch, const BatchOrigin& origin) = 0;
  // What the store knows of each tweet: same_or_newer = this observation, a newer one, a tombstone, or one that
  // differs in observed_at alone. Authors that were erased count as same_or_newer only for their stored ids.
  virtual Result<std::vector<Held>> contains(std::span<const Tweet> tweets) = 0;
  // One flag a tweet: its author was erased, so it must be refused (author_erased).
  virtual Result<std::vector<bool>> erased_authors(std::span<const Tweet> tweets) = 0;

  // Live and visible tweets only, here and in all that follows unless said. Absent ids are left out.
  virtual Result<std::vector<EnrichedTweet>> tweets(std::span<const std::string> ids) = 0;
  virtual Result<std::vector<EnrichedTweet>> find(const TweetFilter& filter) = 0;
  virtual Result<std::string> raw(std::string_view id) = 0;  // "" = not kept
  virtual Result<std::optional<Position>> position(std::string_view id) = 0;

  // Hour rows that are not 0, in (hour, value) order, starting after (after.hour, after.value) when given.
  virtual Result<std::vector<HourCount>> hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                                const std::optional<HourCount>& after, std::size_t limit) = 0;

  // For the roll-up: rows whose count changed at or after `since`, counts of 0 included, in key order after `after`.
  virtual Result<std::vector<HourRow>> hour_rows(Time since, const std::optional<HourRow>& after,
                                                 std::size_t limit) = 0;

  // For verify: every row, tombstones included, in byte order of id.
  virtual Result<std::vector<IdRevision>> revisions(std::string_view after_id, std::size_t limit) = 0;
  // For verify: up to 20 hours (RFC 3339) whose counts differ from a recount of the live rows; and the two totals.
  struct Recount {
    std::vector<std::string> different_hours;
    std::int64_t hour_rows = 0, tweets_in_hours = 0, live_rows = 0, rows = 0, tombstones = 0;
  };
  virtual Result<Recount> recount() = 0;
  virtual Result<> repair_hours() = 0;  // writes the recount

  virtual Result<std::int64_t> change_counter() = 0;  // grows with every change
  virtual Result<std::int64_t> rows() = 0;            // tombstones included; an estimate where counting walks them all
  virtual Books& books() = 0;
  virtual std::string_view adapter() const = 0;
  virtual Result<> ping() = 0;  // does what save does, with an empty batch
};

}  // namespace tweetpulse
