#include "app/worker_pair.h"

#include <algorithm>

#include "base/log.h"
#include "worker/index_step.h"
#include "worker/persist_step.h"

namespace tweetpulse {
namespace {

WorkerOptions options_of(const Config& config, const std::string& role, const std::string& section,
                         const WorkerSeat& seat) {
  WorkerOptions options;
  options.group = role == "elastic-worker" ? "elastic" : "persist";
  options.id = seat.id();
  options.role = role;
  options.batch_size = static_cast<std::size_t>(config.integer(section + ".batch_size"));
  options.batch_timeout = config.duration(section + ".batch_timeout");
  options.attempts = static_cast<int>(config.integer("worker.attempts"));
  return options;
}

}  // namespace

WorkerPair::WorkerPair(const Config& config, Runtime& runtime, const std::vector<std::string>& roles) {
  const auto has = [&roles](std::string_view role) {
    return std::find(roles.begin(), roles.end(), role) != roles.end();
  };
  const auto profile = config.text("analyze.profile") == "fast" ? Profile::fast : Profile::full;
  const bool both = has("elastic-worker") && has("persist-worker");
  const auto seat = [&](const std::string& group) -> const WorkerSeat& {
    return *seats_.emplace_back(std::make_unique<WorkerSeat>(*runtime.lock, config, group, !both));
  };
  enricher_ = std::make_unique<Enricher>(profile, both ? 2 : 1);
  if (has("elastic-worker")) {
    auto options = options_of(config, "elastic-worker", "elastic_worker", seat("elastic"));
    keeper_.emplace(runtime, options.id, config.duration("search.rollup_every"));
    workers_.push_back(std::make_unique<BatchWorker>(*runtime.queue, runtime.store->books(), std::move(options),
                                                     make_index_step(*runtime.search, *runtime.feed, *enricher_)));
  }
  if (has("persist-worker")) {
    auto options = options_of(config, "persist-worker", "persist_worker", seat("persist"));
    auto step = make_persist_step(*runtime.store, *runtime.queue, *runtime.feed, *enricher_, options.id);
    workers_.push_back(
        std::make_unique<BatchWorker>(*runtime.queue, runtime.store->books(), std::move(options), std::move(step)));
  }
  for (auto& worker : workers_)
    threads_.emplace_back([worker = worker.get()](const std::stop_token& stop) {
      const auto ended = worker->run(stop);
      if (!ended)
        log::error("worker", "A worker cannot join its group.",
                   {{"group", worker->options().group}, {"error", ended.error().what}});
      else if (*ended > 0)
        log::warn("worker", "Entries stay pending; they come back at the next start.",
                  {{"group", worker->options().group}, {"pending", *ended}});
    });
}

WorkerPair::~WorkerPair() {
  stop();
}

void WorkerPair::stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
  keeper_.reset();
}

std::optional<Error> WorkerPair::damage() const {
  for (const auto& worker : workers_)
    if (auto damage = worker->damage()) return damage;
  return std::nullopt;
}

bool WorkerPair::lost_seat() const {
  return std::any_of(seats_.begin(), seats_.end(), [](const auto& seat) { return seat->lost(); });
}

std::chrono::milliseconds WorkerPair::silent_for() const {
  std::chrono::milliseconds longest{0};
  for (const auto& worker : workers_) longest = std::max(longest, worker->silent_for());
  return longest;
}

}  // namespace tweetpulse
