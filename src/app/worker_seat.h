// The consumer name of a worker, and the lease that tells others it is taken. Threads: owns one that renews the lease;
// the rest from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "app/config.h"
#include "coordination/lock.h"

namespace tweetpulse {

class WorkerSeat {
 public:
  // `group`: elastic or persist. `alone`: the process has this one worker, so WORKER_ID is its name as it stands. Waits
  // up to 15 s for a name that still beats (a killed predecessor), then throws StartError 75 naming its holder.
  WorkerSeat(Lock& lock, const Config& config, const std::string& group, bool alone);

  const std::string& id() const { return id_; }
  bool lost() const { return lost_; }  // another process works under this name: stop

 private:
  bool take(const std::string& id);  // false: held by another
  void keep(const std::stop_token& stop);

  Lock& lock_;
  const std::string self_;
  std::string id_;
  std::unique_ptr<Lease> lease_;
  std::atomic<bool> lost_ = false;
  std::jthread keeper_;
};

}  // namespace tweetpulse
