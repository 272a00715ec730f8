// What the requests of one Api share: keys, recent figures, the live ring, answers kept for repeated calls.
// Threads: every member may be used from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "api/api.h"
#include "api/cursor.h"
#include "api/idempotency.h"
#include "api/live_ring.h"
#include "api/live_seats.h"

namespace tweetpulse::api {

// A figure that is asked for at most once in a while, however many want it.
template <class T>
class Recent {
 public:
  template <class Ask>
  T get(std::chrono::milliseconds life, Ask ask) {
    const std::lock_guard lock(mutex_);
    const auto moment = std::chrono::steady_clock::now();
    if (!value_ || moment - asked_ >= life) {
      value_ = ask();
      asked_ = moment;
    }
    return *value_;
  }

 private:
  std::mutex mutex_;
  std::optional<T> value_;
  std::chrono::steady_clock::time_point asked_{};
};

struct CheckResult {
  std::string name, adapter, detail;
  bool ok = true, needed = true;
  std::int64_t ms = 0;
};

struct Shared {
  Shared(ApiConfig given, const std::function<Time()>& clock)
      : config(std::move(given)),
        cursors(config.cursor_key),
        live(LiveLimits{config.ring}, clock),
        seats(10'000, config.loopback ? 0 : 10) {}

  ApiConfig config;
  CursorSigner cursors;
  Recent<std::optional<std::int64_t>> search_changes, store_changes;  // nullopt = the port does not answer
  Recent<std::int64_t> behind_ms;
  Recent<std::vector<CheckResult>> checks;
  Idempotency answers;
  LiveRing live;
  LiveSeats seats;
  std::atomic<bool> draining = false;
};

}  // namespace tweetpulse::api
