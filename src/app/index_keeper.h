// What one elastic-worker of the deployment does beside its batches, under a lock: it copies hour rows into the search
// index each search.rollup_every, and refills the index from the store after the queue was lost or search was parked.
// Threads: owns its thread.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "app/runtime.h"

namespace tweetpulse {

class IndexKeeper {
 public:
  IndexKeeper(Runtime& runtime, std::string name, std::chrono::milliseconds rollup_every);

 private:
  std::jthread thread_;
};

}  // namespace tweetpulse
