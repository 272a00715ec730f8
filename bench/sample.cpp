#include "sample.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "analyze/analyze.h"
#include "source/simulator.h"

namespace {
std::atomic<std::uint64_t> allocations{0};
}

void* operator new(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* made = std::malloc(bytes)) return made;
  throw std::bad_alloc();
}
void operator delete(void* place) noexcept {
  std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}

namespace tweetpulse::bench {

std::vector<Tweet> sample(std::size_t count, std::uint64_t first) {
  const Simulator simulator(1, *find_simulator_scenario("everyday"));
  const Time start = from_ms(1'750'000'000'000);
  std::vector<Tweet> tweets;
  for (std::uint64_t n = first; tweets.size() < count; ++n)
    for (auto& tweet : simulator.event(n, start + milliseconds(50 * n))) tweets.push_back(std::move(tweet));
  return tweets;
}

std::vector<EnrichedTweet> enriched_sample(std::size_t count, std::uint64_t first) {
  std::vector<EnrichedTweet> enriched;
  for (auto& tweet : sample(count, first)) enriched.push_back(enrich(std::move(tweet)));
  return enriched;
}

Meter::Meter() : before_(allocations) {}

void Meter::pause(benchmark::State& state) {
  state.PauseTiming();
  paused_at_ = allocations;
}

void Meter::go_on(benchmark::State& state) {
  before_ += allocations - paused_at_;
  state.ResumeTiming();
}

void Meter::report(benchmark::State& state, std::size_t items) const {
  const auto made = static_cast<double>(allocations - before_);
  state.SetItemsProcessed(static_cast<std::int64_t>(items));
  state.counters["allocations"] = items == 0 ? 0 : made / static_cast<double>(items);
}

}  // namespace tweetpulse::bench
