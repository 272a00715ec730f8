#include "app/worker_seat.h"

#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>

#include "app/exit_codes.h"
#include "base/log.h"

namespace tweetpulse {
namespace {

constexpr std::chrono::milliseconds kLease{15'000}, kRenewEvery{5'000}, kAskEvery{250};  // delivery.md section 4
constexpr int kMostSlots = 1000;

std::string host_name() {
  char name[256] = "localhost";
  (void)gethostname(name, sizeof name - 1);
  return name;
}

// When the process began, in clock ticks since boot: tells it from a later one with the same number. "" = it is gone.
std::string begun(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(in, line)) return "";
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string state, field;
  fields >> state;
  if (state == "Z") return "";
  for (int i = 0; i < 19; ++i) fields >> field;
  return field;
}

std::string self() {
  const auto pid = std::to_string(getpid());
  return fmt::format("{} {} {}", host_name(), pid, begun(pid));
}

// A predecessor on this machine that was killed leaves its lease behind; nobody has to wait for that.
bool is_dead_neighbour(const std::string& holder) {
  std::istringstream fields(holder);
  std::string host, pid, start;
  fields >> host >> pid >> start;
  return host == host_name() && !start.empty() && begun(pid) != start;
}

std::string key_of(const std::string& id) {
  return "worker:" + id;
}

std::string holder_of(Lock& lock, const std::string& id) {
  const auto holder = lock.holder(key_of(id));
  return holder && !holder->empty() ? *holder : "another process";
}

}  // namespace

WorkerSeat::WorkerSeat(Lock& lock, const Config& config, const std::string& group, bool alone)
    : lock_(lock), self_(self()) {
  const auto given = config.text("worker.id");
  if (given.empty()) {
    for (int slot = 0; slot < kMostSlots && id_.empty(); ++slot)
      if (const auto id = fmt::format("{}-{}-{}", host_name(), group, slot); take(id)) id_ = id;
    if (id_.empty()) throw StartError(kNotNow, "Every worker slot of this host is taken: set WORKER_ID.");
  } else {
    id_ = alone ? given : given + "-" + group;
    const auto until = std::chrono::steady_clock::now() + kLease + kAskEvery;
    while (!take(id_)) {
      if (std::chrono::steady_clock::now() > until)
        throw StartError(kNotNow, fmt::format("WORKER_ID {} is in use by {}: end that worker, or give another id.", id_,
                                              holder_of(lock_, id_)));
      std::this_thread::sleep_for(kAskEvery);
    }
  }
  keeper_ = std::jthread([this](const std::stop_token& stop) { keep(stop); });
}

bool WorkerSeat::take(const std::string& id) {
  auto lease = lock_.acquire(key_of(id), self_, kLease);
  if (!lease) {
    log::warn("app", "Whether a worker id is free cannot be asked; taken for free.",
              {{"id", id}, {"error", lease.error().what}});
    return true;
  }
  lease_ = std::move(*lease);
  if (lease_) return true;
  const auto holder = lock_.holder(key_of(id));
  return holder && is_dead_neighbour(*holder);
}

void WorkerSeat::keep(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any sleeper;
  std::unique_lock waiting(mutex);
  auto without_since = std::chrono::steady_clock::now();
  while (!sleeper.wait_for(waiting, stop, lease_ ? kRenewEvery : kRenewEvery / 5, [] { return false; }) &&
         !stop.stop_requested()) {
    if (lease_ && lease_->renew()) {
      without_since = std::chrono::steady_clock::now();
      continue;
    }
    lease_.reset();
    auto lease = lock_.acquire(key_of(id_), self_, kLease);
    if (!lease) {  // the server is away: so is the queue
      without_since = std::chrono::steady_clock::now();
      continue;
    }
    lease_ = std::move(*lease);
    // A dead predecessor's lease ends by itself; one that does not is held by somebody alive.
    if (!lease_ && std::chrono::steady_clock::now() - without_since > 2 * kLease && !lost_.exchange(true))
      log::error("app", "Another process works under this worker id; stopping.", {{"id", id_}});
  }
}

}  // namespace tweetpulse
