// What every bench works on: simulator tweets of one seed, the same in each run, and a count of allocations.
// Threads: one thread; the count is of all threads.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "tweet/tweet.h"

namespace tweetpulse::bench {

// The observations and actions of events `first`, `first` + 1, ... until there are `count` or a few more.
std::vector<Tweet> sample(std::size_t count, std::uint64_t first = 0);
std::vector<EnrichedTweet> enriched_sample(std::size_t count, std::uint64_t first = 0);

// Between making and report(): items/s and allocations an item (of operator new; SQLite's own are not seen).
class Meter {
 public:
  Meter();
  void report(benchmark::State& state, std::size_t items) const;
  // What is made in between is not counted.
  void pause(benchmark::State& state);
  void go_on(benchmark::State& state);

 private:
  std::uint64_t before_ = 0, paused_at_ = 0;
};

}  // namespace tweetpulse::bench
