// The newest events of the live feed, kept for a minute so that a client can go on where it was cut off; wakes the
// clients when there is more. Each client reads at its own pace: none delays another or the feed.
// Threads: every method may be called from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "feed/live_feed.h"
#include "query/terms.h"

namespace tweetpulse::api {

// One event; what many clients need of it is made once, by the first that asks.
class LiveEvent {
 public:
  LiveEvent(std::uint64_t number, FeedEvent what, Time when) : seq(number), event(std::move(what)), at(when) {}
  const std::string& json() const;  // public form of the tweet
  const Searchable& searched() const;

  const std::uint64_t seq;
  const FeedEvent event;
  const Time at;

 private:
  mutable std::once_flag json_once_, searched_once_;
  mutable std::string json_;
  mutable Searchable searched_;
};
using LiveEvents = std::vector<std::shared_ptr<const LiveEvent>>;

struct LiveLimits {
  std::chrono::seconds life{60};
  std::size_t events = 50'000, bytes = 64u << 20;
};

class LiveRing {
 public:
  LiveRing(LiveLimits limits, std::function<Time()> clock);
  ~LiveRing();

  void add(std::span<const FeedEvent> events);
  // Events from `seq` on, at most `most`; `first` becomes the oldest that is still here (last + 1 when none is).
  LiveEvents read(std::uint64_t seq, std::size_t most, std::uint64_t& first) const;
  std::uint64_t last() const;
  const std::string& epoch() const { return epoch_; }
  std::chrono::seconds life() const { return limits_.life; }
  std::string id_of(std::uint64_t seq) const { return epoch_ + "-" + std::to_string(seq); }

  struct Pace {
    double received_per_s = 0;
    std::int64_t lag_ms = 0;  // received to here, the longest of the second
  };
  Pace pace() const;  // of the last full second

  // `wake` is called after new events and each second, until forget(); it must not block.
  std::uint64_t watch(std::function<void()> wake);
  void forget(std::uint64_t watcher);

  void drain();
  bool draining() const { return draining_; }

 private:
  void push(const FeedEvent& event, Time at);
  void trim(Time at);
  void run(const std::stop_token& stop);
  void wake_all();

  const LiveLimits limits_;
  const std::function<Time()> clock_;
  const std::string epoch_;

  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const LiveEvent>> events_;
  std::unordered_map<std::string, std::int64_t> revisions_;  // of the tweets in events_
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  std::int64_t second_ = 0, received_ = 0, lag_ms_ = 0;
  Pace pace_;

  mutable std::mutex watchers_mutex_;
  std::map<std::uint64_t, std::function<void()>> watchers_;
  std::uint64_t next_watcher_ = 1;

  std::mutex news_mutex_;
  std::condition_variable_any news_;
  bool fresh_ = false;
  std::atomic<bool> draining_ = false;
  std::jthread waker_;
};

}  // namespace tweetpulse::api
