// The two workers of this process on their threads. Threads: start and stop from one thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "app/config.h"
#include "app/index_keeper.h"
#include "app/runtime.h"
#include "app/worker_seat.h"
#include "worker/batch_worker.h"
#include "worker/enricher.h"

namespace tweetpulse {

class WorkerPair {
 public:
  // Of the roles elastic-worker and persist-worker those that are listed.
  WorkerPair(const Config& config, Runtime& runtime, const std::vector<std::string>& roles);
  ~WorkerPair();

  // Asks both to settle what they have in hand and waits for it.
  void stop();
  std::chrono::milliseconds silent_for() const;  // of the quieter loop
  std::optional<Error> damage() const;           // a damaged file that one of them has met
  bool lost_seat() const;                        // another process works under the same worker id

 private:
  std::vector<std::unique_ptr<WorkerSeat>> seats_;
  std::unique_ptr<Enricher> enricher_;
  std::vector<std::unique_ptr<BatchWorker>> workers_;
  std::vector<std::jthread> threads_;
  std::optional<IndexKeeper> keeper_;
};

}  // namespace tweetpulse
