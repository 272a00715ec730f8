#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/progress.h"
#include "app/runtime.h"
#include "app/signals.h"
#include "app/stop_deadline.h"
#include "app/thousands.h"
#include "app/ticker.h"
#include "app/verify.h"
#include "app/worker_pair.h"
#include "base/log.h"
#include "ingest/source_runner.h"
#include "source/file_source.h"

namespace tweetpulse {
namespace {

constexpr std::chrono::seconds kPatience{30};      // for servers that start beside us
constexpr std::int64_t kMaxWaiting = 4'000;        // entries that a file may be ahead of the workers
constexpr std::string_view kReplayBatch = "1000";  // a whole file is waiting: large batches cost least
constexpr std::chrono::seconds kStallWarning{10};

std::vector<std::unique_ptr<FileSource>> open_all(const Config& config, const ReplayOptions& options) {
  const auto format = format_from(options.format);
  if (!format) throw StartError(kWrongUsage, fmt::format("--format: there is no format '{}'.", options.format));
  const auto speed = speed_from(options.speed);
  if (!speed) throw StartError(kWrongUsage, "--speed must be max, or a factor such as 1x or 60x.");
  std::vector<std::unique_ptr<FileSource>> sources;
  for (const auto& file : options.files) {
    auto source = open(FileSourceConfig{.file = file,
                                        .format = *format,
                                        .speed = *speed,
                                        .keep_raw = config.flag("ingest.keep_raw"),
                                        .loop = options.loop});
    if (!source) throw StartError(kBadInput, source.error().what);
    sources.push_back(std::move(*source));
  }
  return sources;
}

// The files one after another on a thread of their own, and what is known of them meanwhile.
class Reading {
 public:
  Reading(std::vector<std::unique_ptr<FileSource>>& sources, Runtime& runtime, bool bounded) : sources_(sources) {
    thread_ = std::jthread([this, &runtime, bounded](const std::stop_token& stop) {
      for (auto& source : sources_) {
        SourceRunner runner(*source, *runtime.queue, *runtime.seen, *runtime.store,
                            {.max_waiting = bounded ? kMaxWaiting : 0, .obey_wanted = false});
        set_current(&runner);
        auto ended = runner.run(stop);
        set_current(nullptr);
        const std::lock_guard lock(mutex_);
        finished_ += runner.tally();
        ++done_;
        if (!ended) failure_ = ended.error();
        if (!ended || stop.stop_requested()) break;
      }
      ended_ = true;
    });
  }
  bool ended() const { return ended_; }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  Tally tally() const {
    const std::lock_guard lock(mutex_);
    auto tally = finished_;
    if (current_ != nullptr) tally += current_->tally();
    return tally;
  }
  ProgressFigures figures() const {
    ProgressFigures figures;
    for (const auto& source : sources_) {
      const auto progress = source->progress();
      figures.done += static_cast<std::int64_t>(progress.bytes_done);
      figures.total += static_cast<std::int64_t>(progress.bytes_total);
    }
    const auto sum = tally();
    figures.items = sum.received;
    figures.refused = sum.refused_total();
    return figures;
  }
  std::optional<Error> failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  void set_current(SourceRunner* runner) {
    const std::lock_guard lock(mutex_);
    current_ = runner;
  }

  std::vector<std::unique_ptr<FileSource>>& sources_;
  mutable std::mutex mutex_;
  SourceRunner* current_ = nullptr;
  Tally finished_;
  std::size_t done_ = 0;
  std::optional<Error> failure_;
  std::atomic<bool> ended_ = false;
  std::jthread thread_;
};

// False: a signal came first. Throws when a file is damaged: no waiting mends it.
bool wait_for_rest(const Signals& signals, Runtime& runtime, const WorkerPair& workers) {
  auto warned_at = std::chrono::steady_clock::now();
  return !signals.wait([&] {
    const auto rest = at_rest(*runtime.queue);
    if (rest && *rest) return true;
    if (!rest && rest.error().code == ErrorCode::corrupt) throw StartError(kFailed, rest.error().what);
    if (const auto damage = workers.damage()) throw StartError(kFailed, damage->what);
    if (std::chrono::steady_clock::now() - warned_at > kStallWarning) {
      warned_at = std::chrono::steady_clock::now();
      log::info("app", "The workers finish what was read.");
    }
    return false;
  });
}

int report(const Tally& tally) {
  fmt::print("received {} = accepted {} + duplicate {} + filtered {} + refused {}\n", thousands(tally.received),
             thousands(tally.accepted), thousands(tally.duplicate), thousands(tally.filtered),
             thousands(tally.refused_total()));
  for (const auto& [reason, count] : tally.refused) fmt::print("  refused {}: {}\n", reason, thousands(count));
  if (tally.refused_total() == 0) return kDone;
  return tally.refused_total() == tally.received ? kBadInput : kPartly;
}

}  // namespace

int replay_command(Config config, const ReplayOptions& options) {
  const Signals signals;
  const StopDeadline deadline(signals.token(), config.duration("shutdown.timeout"));
  auto sources = open_all(config, options);
  // With an embedded queue to itself it brings the workers; beside a `run`, or into a server, it only feeds.
  const auto lock = is_embedded(config, "queue.url") ? FolderLock::try_take(config.data_dir()) : std::nullopt;
  for (const auto* key : {"elastic_worker.batch_size", "persist_worker.batch_size"})
    if (!config.given(key)) config.set(key, std::string(kReplayBatch), "replay");
  auto runtime = Runtime::open(config, "replay", kPatience);
  std::optional<WorkerPair> workers;
  std::optional<Ticker> ticker;
  if (lock) {
    workers.emplace(config, runtime, std::vector<std::string>{"elastic-worker", "persist-worker"});
  }
  if (lock || !is_embedded(config, "queue.url")) ticker.emplace(runtime, nullptr);
  Progress progress("replay", options.progress);
  // A queue server has a bound of its own, and is there to take what the workers cannot do at once.
  Reading reading(sources, runtime, is_embedded(config, "queue.url"));
  signals.wait([&] {
    progress.show(reading.figures());
    return reading.ended();
  });
  reading.stop();
  const bool rested = !workers || (!signals.token().stop_requested() && wait_for_rest(signals, runtime, *workers));
  if (workers) workers->stop();
  ticker.reset();
  progress.end(reading.figures());
  const int code = report(reading.tally());
  if (const auto failure = reading.failure()) throw StartError(kFailed, failure->what);
  if (!rested) log::info("app", "Stopped; the same command goes on from here.");
  return signals.token().stop_requested() ? kDone : code;
}

}  // namespace tweetpulse
