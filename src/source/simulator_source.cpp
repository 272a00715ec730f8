#include "source/simulator_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <mutex>

#include "source/simulator.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;

constexpr double kMaxRate = 10'000;
constexpr std::uint64_t kMaxBatch = 1'000;  // events handed on at once
constexpr milliseconds kTick{20}, kSlowTick{50}, kPausedTick{60'000};
constexpr double kMaxDebt = 1;  // seconds of events that are made up for after downstream was full

std::string cursor_of(std::uint64_t seed, std::uint64_t next) {
  return fmt::format("{}:{}", seed, next);
}

// 0 when the cursor is of another seed, or is none.
std::uint64_t next_event(std::string_view cursor, std::uint64_t seed) {
  const auto prefix = fmt::format("{}:", seed);
  std::uint64_t next = 0;
  if (cursor.starts_with(prefix)) std::from_chars(cursor.data() + prefix.size(), cursor.data() + cursor.size(), next);
  return next;
}

Result<> check(const SimulatorSettings& settings) {
  if (!(settings.rate >= 0 && settings.rate <= kMaxRate)) {
    return Error{ErrorCode::rejected, fmt::format("simulator.rate {} is not within 0 and {}", settings.rate, kMaxRate)};
  }
  if (find_simulator_scenario(settings.scenario) != nullptr) return {};
  std::string names;
  for (const auto& scenario : simulator_scenarios()) names += fmt::format(" {}", scenario.name);
  return Error{ErrorCode::rejected,
               fmt::format("simulator.scenario {} does not exist: choose one of{}", settings.scenario, names)};
}

struct Wanted {
  SimulatorSettings settings;
  std::uint64_t changes = 0;  // how often they were changed before
};

// Where one run stands.
struct Progress {
  std::uint64_t seed = 0, next = 0, done = 0;
  double due = 0;  // events that should have come by now
  steady_clock::time_point counted_to;
};

class LiveSimulatorSource final : public SimulatorSource {
 public:
  explicit LiveSimulatorSource(const SimulatorSourceConfig& config) : config_(config), settings_(config.settings) {}

  Result<> run(std::string_view cursor, const Emit& emit, std::stop_token stop) override;
  std::string_view name() const override { return "simulator"; }
  SourceStatus status() const override;
  SimulatorSettings settings() const override {
    const std::lock_guard lock(mutex_);
    return settings_;
  }
  Result<> change(const SimulatorSettings& settings) override;

 private:
  Time time_of(std::uint64_t n) const;
  std::uint64_t events_due(const Simulator& simulator, const SimulatorSettings& settings, Progress& progress) const;
  Wanted wanted() const;
  void rest(const Wanted& wanted, const Progress& progress, std::stop_token stop);
  Result<> emit_batch(const Simulator& simulator, std::uint64_t count, Progress& progress, const Emit& emit) const;

  const SimulatorSourceConfig config_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  SimulatorSettings settings_;
  std::uint64_t changes_ = 0;
  std::string state_ = "connecting";
};

SourceStatus LiveSimulatorSource::status() const {
  const std::lock_guard lock(mutex_);
  const bool paused = state_ == "connected" && settings_.rate == 0;
  return {.state = paused ? "paused" : state_,
          .detail = fmt::format("{}, {} a second, seed {}", settings_.scenario, settings_.rate, settings_.seed)};
}

Result<> LiveSimulatorSource::change(const SimulatorSettings& settings) {
  if (auto checked = check(settings); !checked) return checked;
  {
    const std::lock_guard lock(mutex_);
    settings_ = settings;
    ++changes_;
  }
  changed_.notify_all();
  return {};
}

Time LiveSimulatorSource::time_of(std::uint64_t n) const {
  if (!config_.start) return now();
  const double rate = config_.settings.rate > 0 ? config_.settings.rate : 1;
  return *config_.start + milliseconds(static_cast<std::int64_t>(static_cast<double>(n) / rate * 1'000));
}

std::uint64_t LiveSimulatorSource::events_due(const Simulator& simulator, const SimulatorSettings& settings,
                                              Progress& progress) const {
  std::uint64_t due = 0;
  if (config_.start) {
    const auto here = now();
    while (due < kMaxBatch && settings.rate > 0 && time_of(progress.next + due) <= here) ++due;
  } else {
    const auto here = steady_clock::now();
    const double seconds = std::chrono::duration<double>(here - progress.counted_to).count();
    progress.counted_to = here;
    const double rate = settings.rate * simulator.rate_factor(now());
    progress.due = std::min(progress.due + seconds * rate, rate * kMaxDebt + 1);
    due = std::min(kMaxBatch, static_cast<std::uint64_t>(progress.due));
  }
  if (config_.count) due = std::min(due, *config_.count - progress.done);
  return due;
}

Wanted LiveSimulatorSource::wanted() const {
  const std::lock_guard lock(mutex_);
  return {.settings = settings_, .changes = changes_};
}

void LiveSimulatorSource::rest(const Wanted& wanted, const Progress& progress, std::stop_token stop) {
  auto length = kTick;
  if (wanted.settings.rate == 0) {
    length = kPausedTick;
  } else if (wanted.settings.rate < 20 && progress.due < .5) {
    length = kSlowTick;
  }
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, length, [&] { return changes_ != wanted.changes; });
}

Result<> LiveSimulatorSource::emit_batch(const Simulator& simulator, std::uint64_t count, Progress& progress,
                                         const Emit& emit) const {
  std::vector<Received> received;
  received.reserve(count);
  for (std::uint64_t n = progress.next; n < progress.next + count; ++n) {
    auto tweets = simulator.event(n, time_of(n));
    const auto here = now();
    for (auto& tweet : tweets) tweet.received_at = here;
    received.push_back({.tweets = std::move(tweets), .rest = {}});
  }
  const auto next = progress.next + count;
  if (auto emitted = emit(received, cursor_of(progress.seed, next)); !emitted) return emitted;
  progress.next = next;
  progress.done += count;
  progress.due = std::max(0.0, progress.due - static_cast<double>(count));
  return {};
}

Result<> LiveSimulatorSource::run(std::string_view cursor, const Emit& emit, std::stop_token stop) {
  const auto set_state = [this](std::string_view state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
  };
  set_state("connected");
  Progress progress{.seed = settings().seed, .counted_to = steady_clock::now()};
  progress.next = next_event(cursor, progress.seed);
  Result<> ended;
  while (ended && !stop.stop_requested() && !(config_.count && progress.done >= *config_.count)) {
    const auto wanted_now = wanted();
    const auto& settings_now = wanted_now.settings;
    if (settings_now.seed != progress.seed) {
      progress.seed = settings_now.seed;
      progress.next = 0;
    }
    const Simulator simulator(progress.seed, *find_simulator_scenario(settings_now.scenario));
    const auto due = events_due(simulator, settings_now, progress);
    if (due == 0) {
      rest(wanted_now, progress, stop);
    } else {
      ended = emit_batch(simulator, due, progress, emit);
    }
  }
  set_state(ended ? "stopped" : "failed");
  return ended;
}

}  // namespace

Result<std::unique_ptr<SimulatorSource>> open(const SimulatorSourceConfig& config) {
  if (auto checked = check(config.settings); !checked) return checked.error();
  return std::unique_ptr<SimulatorSource>(std::make_unique<LiveSimulatorSource>(config));
}

}  // namespace tweetpulse
