// One subscription to the live ring: where it stands, what it lets through, how much of that, and its figures.
// Threads: one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/fields.h"
#include "api/live_ring.h"
#include "query/ast.h"

namespace tweetpulse::api {

// What a client asked for.
struct LiveQuestion {
  Query query;
  Fields fields;
  int rate = 20;  // tweets a second
};

class LiveWatch {
 public:
  // `last_event_id`: "" = from now on.
  LiveWatch(const LiveRing& ring, LiveQuestion question, std::string_view last_event_id);

  std::uint64_t position() const { return next_ - 1; }  // the last event that it is past
  // Why the history it asked for is not here: epoch, expired; "" = it is.
  std::string_view resync() const { return resync_; }

  struct Gap {
    std::uint64_t from = 0, to = 0;
  };
  // The event is `seq` or later events were lost: moves on to `first` and says what was skipped.
  std::optional<Gap> skip_to(std::uint64_t first);
  // Moves past the event. The JSON of its data if it is to be sent: a tweet that matches and is not sampled out, or a
  // removal.
  std::optional<std::string> take(const LiveEvent& event);

  // The figures of the time since the last call, when that is a second or more ago.
  std::optional<std::string> stats(const LiveRing& ring, Time now);

  const LiveQuestion& question() const { return question_; }

 private:
  bool sampled_in(const LiveEvent& event);

  LiveQuestion question_;
  std::uint64_t next_ = 1;
  std::string_view resync_;
  double tokens_ = 0;
  Time refilled_{};
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
  std::int64_t matched_ = 0, sent_ = 0, positive_ = 0, neutral_ = 0, negative_ = 0, unscored_ = 0;
};

// Three gaps in a minute mean that the client cannot follow.
class GapCount {
 public:
  bool add();  // true: too many

 private:
  std::chrono::steady_clock::time_point times_[3]{};
  int next_ = 0, count_ = 0;
};

std::string hello_json(const LiveRing& ring, std::uint64_t position, int rate);
std::string gap_json(const LiveRing& ring, const LiveWatch::Gap& gap);
int retry_ms();  // 3000 +- 30 %

}  // namespace tweetpulse::api
