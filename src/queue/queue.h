// A durable log of tweets, read at least once by each group from its first tweet; what cannot be handled is kept as a
// dead letter with its reason. Threads: Queue is thread-safe; a QueueReader belongs to one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "tweet/tweet.h"

namespace tweetpulse {

struct Delivery {
  std::string receipt;  // names the entry in this queue, for ever
  Tweet tweet;
  int attempt = 1;  // how often it was handed out, this time included
};

struct DeadLetter {
  std::string id;  // unique; given by the caller for refused input (so that a repeated line is one letter), else made
  std::string group;             // ingest elastic persist
  std::string reason;            // not_json kills_worker ...
  std::string source, tweet_id;  // "" = unknown
  std::string payload;           // refused input as received (first 64 KB), else the packed tweet
  int attempts = 1;
  std::string first_error, last_error;
  Time first_at{}, last_at{};
};

struct DeadLetterFilter {
  std::string id, group, reason;  // "" = any
};
struct DeadLetterPage {
  std::vector<DeadLetter> letters;  // newest first
  std::string next;                 // "" = no more
};

struct GroupStatus {
  std::string name;
  std::int64_t lag = 0;           // entries still to be handed out, or passed over by park() and not settled
  std::int64_t pending = 0;       // handed out, neither acked nor buried
  std::int64_t floor = 0;         // every entry up to this position (1 = the first ever pushed) is settled
  std::int64_t done = 0;          // acked since the group exists
  std::int64_t buried = 0;        // dead letters ever made of its entries, redriven and discarded ones included
  std::int64_t dead_letters = 0;  // waiting now
  std::optional<milliseconds> oldest_pending;
  std::optional<Time> oldest_accepted;  // push time of the oldest entry not done; nullopt = at rest
  int consumers = 0;
  std::int64_t passed_over = 0;   // the part of lag that park() passed over
  std::optional<Time> parked_at;  // it reads nothing since then
  std::int64_t skipped = 0;       // lay before its start: entries_added = done + buried + lag + pending + skipped
};
struct QueueStatus {
  std::string adapter;
  bool durable = true;  // false: the server may lose what it acknowledged
  std::int64_t length = 0, bytes = 0, max_bytes = 0;
  std::int64_t entries_added = 0;    // ever
  std::int64_t refused_letters = 0;  // dead letters of group ingest, waiting now
  std::string epoch;
  std::vector<GroupStatus> groups;
};

class QueueReader {
 public:
  virtual ~QueueReader() = default;  // leaves unacked deliveries pending; they come back to the next reader
  // Own unacked deliveries of an earlier life first, then new ones, then those of dead consumers. At most `max`; waits
  // at most `wait` for the first; empty = nothing came. Entries with attempt > 2 come alone.
  virtual Result<std::vector<Delivery>> read(std::size_t max, std::chrono::milliseconds wait) = 0;
  // After return they never come back to this group (an ack lost to power failure repeats them).
  virtual Result<> ack(std::span<const Delivery> deliveries) = 0;
  // Notes that this reader handles the entry alone now; returns how many holders died at that. Ack and bury clear it,
  // and so does spare(), for a holder that gives it back alive.
  virtual Result<int> suspect(const Delivery& delivery) = 0;
  virtual Result<> spare(const Delivery& delivery) = 0;
  // Dead letter and ack in one step.
  virtual Result<> bury(const Delivery& delivery, std::string_view reason, std::string_view error) = 0;
};

class Queue {
 public:
  virtual ~Queue() = default;
  // Durable: when it returns. Every group gets every tweet. unavailable: full or no room; nothing of it was taken, or
  // (timeout) perhaps all: repeat it.
  virtual Result<> push(std::span<const Tweet> tweets) = 0;
  // `consumer` is stable over restarts and used by one reader at a time. The group is one of the configured groups.
  virtual Result<std::unique_ptr<QueueReader>> join(std::string_view group, std::string_view consumer) = 0;
  // Refused input, group `ingest`. Durable: when it returns. A letter whose id is already there, waiting or not, is
  // left as it is. unavailable: there are too many dead letters, as for push.
  virtual Result<> bury(std::span<const DeadLetter> letters) = 0;

  virtual Result<DeadLetterPage> dead_letters(const DeadLetterFilter& filter, std::size_t limit,
                                              std::string_view after) = 0;
  // Pushes the tweets of the letters again, then forgets the letters; returns how many. Refused input is rejected: it
  // has no tweet to push.
  virtual Result<std::int64_t> redrive(const DeadLetterFilter& filter) = 0;
  virtual Result<std::int64_t> discard(const DeadLetterFilter& filter) = 0;
  // Ids of the tweets that are dead for the group (letters waiting or discarded, not redriven), ascending bytes, after
  // `after`.
  virtual Result<std::vector<std::string>> dead_tweet_ids(std::string_view group, std::string_view after,
                                                          std::size_t limit) = 0;
  // Discards the waiting letters that hold one of these tweets (erasing).
  virtual Result<std::int64_t> discard_tweets(std::span<const std::string> tweet_ids) = 0;

  // Parking: a group that is far behind gives up its place, so that the others and the sources go on. Its readers get
  // nothing, nothing waits for it, and what it did not read counts as its lag. false = it was parked. rejected: group
  // persist, a group without another one, or a queue that cannot park.
  virtual Result<bool> park(std::string_view group);
  // Reads on from where every other group is; what lies before is passed over. Returns a name for that, for settle:
  // whatever was made whole after the return covers it. unavailable: another group is not that far yet. A group that is
  // not parked stays as it is.
  virtual Result<std::string> unpark(std::string_view group);
  // What was passed over is done. May be repeated.
  virtual Result<> settle(std::string_view group, std::string_view passed);

  virtual Result<QueueStatus> status() = 0;
  // Names this log, as push or status last saw it; another name = it was lost and began anew. No I/O, but for the
  // first.
  virtual std::string epoch() {
    const auto known = status();
    return known ? known->epoch : "";
  }
  virtual Result<> ping() = 0;  // does what push does, with an empty batch
};

}  // namespace tweetpulse
