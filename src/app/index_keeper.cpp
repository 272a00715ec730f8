#include "app/index_keeper.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/log.h"
#include "worker/reconcile.h"
#include "worker/rollup.h"

namespace tweetpulse {
namespace {

constexpr std::chrono::milliseconds kLease{15'000}, kTurn{1'000};
constexpr std::string_view kKey = "index-keeper", kRefilled = "search.refilled_epoch";

class Keeping {
 public:
  Keeping(Runtime& runtime, std::string name, std::chrono::milliseconds rollup_every)
      : runtime_(runtime), name_(std::move(name)), rollup_every_(rollup_every) {}

  void turn() {
    if (!hold()) return;
    refill_after_loss();
    refill_what_was_passed_over();
    if (!rolled_up_ || std::chrono::steady_clock::now() - *rolled_up_ >= rollup_every_) roll_up();
  }

  // So that a stop at rest leaves the index equal to the store.
  void last_turn() {
    if (lease_ && lease_->renew()) roll_up();
  }

 private:
  void roll_up() {
    if (!rollup_) return;
    rolled_up_ = std::chrono::steady_clock::now();
    if (const auto written = rollup_->pass(); !written)
      log::warn("worker", "Hour rows were not copied into the index; tried again.", {{"error", written.error().what}});
  }

  bool hold() {
    if (lease_ && lease_->renew()) return true;
    lease_.reset();
    auto lease = runtime_.lock->acquire(kKey, name_, kLease);
    if (lease) lease_ = std::move(*lease);
    if (lease_ == nullptr) return false;
    // What the holder before had not yet copied is not known here: all rows once.
    rolled_up_.reset();
    if (auto* hours = runtime_.search->hours(); hours != nullptr) rollup_.emplace(*runtime_.store, *hours);
    return true;
  }

  // Search reads on first and is refilled then, so that nothing falls between; a keeper that dies does it again.
  void refill_what_was_passed_over() {
    const auto status = runtime_.queue->status();
    if (!status) return;
    const auto group = std::ranges::find(status->groups, "elastic", &GroupStatus::name);
    if (group == status->groups.end() || (!group->parked_at && group->passed_over == 0)) return;
    if (!runtime_.search->ping()) return;
    const auto passed = runtime_.queue->unpark(group->name);
    if (!passed) {
      log::debug("worker", "Search stays parked for now.", {{"error", passed.error().what}});
      return;
    }
    log::info("worker", "Search is not parked any more; it is refilled from the store.");
    const auto drift = reconcile(*runtime_.store, *runtime_.search, *runtime_.queue, Repair::refill);
    if (!drift) {
      log::warn("worker", "The index was not refilled; tried again.", {{"error", drift.error().what}});
      return;
    }
    if (const auto settled = runtime_.queue->settle(group->name, *passed); !settled)
      log::debug("worker", "The refill was not noted.", {{"error", settled.error().what}});
    else
      log::info("worker", "The index was refilled.", {{"missing", drift->missing}, {"stale", drift->stale}});
  }

  // Until it is done, whoever holds the lock tries: the epoch that was served is in the store.
  void refill_after_loss() {
    auto& books = runtime_.store->books();
    const auto status = runtime_.queue->status();
    const auto served = books.setting(kRefilled);
    if (!status || !served || status->epoch.empty() || *served == status->epoch) return;
    if (!served->empty()) {
      log::warn("worker", "The queue was lost; the index is refilled from the store.");
      const auto drift = reconcile(*runtime_.store, *runtime_.search, *runtime_.queue, Repair::refill);
      if (!drift) {
        log::warn("worker", "The index was not refilled; tried again.", {{"error", drift.error().what}});
        return;
      }
      log::info("worker", "The index was refilled.", {{"missing", drift->missing}, {"stale", drift->stale}});
    }
    if (const auto noted = books.set_setting(kRefilled, status->epoch); !noted)
      log::debug("worker", "The refilled epoch was not noted.", {{"error", noted.error().what}});
  }

  Runtime& runtime_;
  const std::string name_;
  const std::chrono::milliseconds rollup_every_;
  std::unique_ptr<Lease> lease_;
  std::optional<Rollup> rollup_;
  std::optional<std::chrono::steady_clock::time_point> rolled_up_;
};

}  // namespace

IndexKeeper::IndexKeeper(Runtime& runtime, std::string name, std::chrono::milliseconds rollup_every)
    : thread_([&runtime, name = std::move(name), rollup_every](const std::stop_token& stop) {
        Keeping keeping(runtime, name, rollup_every);
        std::mutex mutex;
        std::condition_variable_any sleeper;
        std::unique_lock waiting(mutex);
        while (!stop.stop_requested()) {
          keeping.turn();
          sleeper.wait_for(waiting, stop, std::min(kTurn, rollup_every), [] { return false; });
        }
        keeping.last_turn();
      }) {}

}  // namespace tweetpulse
