#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <thread>

#include "app/api_server.h"
#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/progress.h"
#include "app/runtime.h"
#include "app/signals.h"
#include "app/stop_deadline.h"
#include "app/ticker.h"
#include "ingest/source_runner.h"
#include "source/simulator_source.h"

namespace tweetpulse {
namespace {

constexpr std::chrono::seconds kPatience{30};  // for servers that start beside us

// Writes the ids of every batch and fsyncs them, once the queue has taken the batch.
class IdFile {
 public:
  explicit IdFile(const std::filesystem::path& file) {
    if (file.empty()) return;
    descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor_ < 0) throw StartError(kCannotWrite, fmt::format("--ids: {} cannot be written.", file.string()));
  }
  ~IdFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  IdFile(const IdFile&) = delete;
  IdFile& operator=(const IdFile&) = delete;

  Result<> add(const std::vector<std::string>& ids) const {
    if (descriptor_ < 0) return {};
    std::string lines;
    for (const auto& id : ids) lines += id + "\n";
    if (::write(descriptor_, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size()) ||
        fsync(descriptor_) != 0)
      return Error{ErrorCode::rejected, "--ids: the file cannot be written any more: make room."};
    return {};
  }

 private:
  int descriptor_ = -1;
};

// Passes everything on, and records what was taken.
class Recorded final : public Source {
 public:
  Recorded(Source& inner, const IdFile& ids) : inner_(inner), ids_(ids) {}
  Result<> run(std::string_view cursor, const Emit& emit, std::stop_token stop) override {
    const auto recording = [&](std::span<Received> batch, std::string_view next) -> Result<> {
      std::vector<std::string> ids;
      for (const auto& received : batch)
        for (const auto& tweet : received.tweets) ids.push_back(tweet.id);
      if (auto taken = emit(batch, next); !taken) return taken;
      return ids_.add(ids);
    };
    return inner_.run(cursor, recording, stop);
  }
  std::string_view name() const override { return inner_.name(); }
  SourceStatus status() const override { return inner_.status(); }

 private:
  Source& inner_;
  const IdFile& ids_;
};

}  // namespace

int simulate_command(Config config, const SimulateOptions& options) {
  Signals signals;
  config.set("roles", "ingest", "command simulate");
  const StopDeadline deadline(signals.token(), config.duration("shutdown.timeout"));
  SimulatorSourceConfig source;
  source.settings = {config.real("simulator.rate"), config.text("simulator.scenario"),
                     static_cast<std::uint64_t>(config.integer("simulator.seed"))};
  if (options.count > 0) source.count = static_cast<std::uint64_t>(options.count);
  if (!options.start.empty()) {
    source.start = parse_rfc3339(options.start);
    if (!source.start) throw StartError(kWrongUsage, "--start must be a time such as 2026-03-01T12:00:00Z.");
  }
  auto simulator = open(source);
  if (!simulator) throw StartError(kWrongUsage, simulator.error().what);
  const IdFile ids(options.ids);
  auto runtime = Runtime::open(config, "simulate", kPatience);
  std::optional<ApiServer> ops;
  std::optional<Ticker> ticker;
  if (!is_embedded(config, "queue.url")) {
    ops.emplace(config, runtime, ApiServerOptions{.pages = false});
    ticker.emplace(runtime, nullptr);
  }
  Recorded recorded(**simulator, ids);
  SourceRunner runner(recorded, *runtime.queue, *runtime.seen, *runtime.store, {.obey_wanted = false});
  Progress progress("simulate", options.progress);
  std::atomic<bool> ended = false;
  Result<> outcome = {};
  std::jthread thread([&](const std::stop_token& stop) {
    outcome = runner.run(stop);
    ended = true;
  });
  const auto figures = [&] {
    const auto tally = runner.tally();
    return ProgressFigures{tally.received, options.count, tally.received, tally.refused_total()};
  };
  signals.wait([&] {
    progress.show(figures());
    return ended.load();
  });
  thread.request_stop();
  thread.join();
  progress.end(figures());
  if (!outcome) throw StartError(kFailed, outcome.error().what);
  return kDone;
}

}  // namespace tweetpulse
