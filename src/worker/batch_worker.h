// Reads a batch of one group, runs one step on it, settles every entry: acked, or buried with its reason. The only
// place that retries. Threads: run() blocks its own thread; the rest from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "queue/queue.h"
#include "store/books.h"

namespace tweetpulse {

struct Buried {
  std::size_t index = 0;  // in the batch
  std::string reason, error;
};
struct StepReport {
  std::vector<Buried> buried;    // these never; the rest is durable in the sink
  std::int64_t redelivered = 0;  // entries that the sink knew from an earlier, unacked delivery
};
// retryable: the same batch again, later. rejected: something in the batch is to blame; it is halved until it is found.
using Step = std::function<Result<StepReport>(std::span<const Delivery>)>;

struct WorkerOptions {
  std::string group, id, role;
  std::size_t batch_size = 50;  // upper bound: an idle sink takes what is there at once
  std::chrono::milliseconds batch_timeout{5'000};
  int attempts = 5;  // deaths while holding one entry alone, then it is buried as kills_worker
};

class BatchWorker {
 public:
  BatchWorker(Queue& queue, Books& books, WorkerOptions options, Step step);

  // Until stop: the batch in hand is settled or, when its sink is away, left pending. Returns how many stay pending.
  Result<std::int64_t> run(std::stop_token stop);
  // Time since the loop last turned; for /healthz.
  std::chrono::milliseconds silent_for() const;
  bool blocked() const { return blocked_; }  // the sink refuses everything just now
  // A damaged file that the last call met. The worker tries on, buries nothing, and no retry mends it.
  std::optional<Error> damage() const;
  const WorkerOptions& options() const { return options_; }

 private:
  bool settle(QueueReader& reader, std::span<const Delivery> batch, std::stop_token stop);
  bool bury(QueueReader& reader, const Delivery& delivery, const Buried& why, std::stop_token stop);
  bool ack(QueueReader& reader, std::span<const Delivery> batch, std::stop_token stop);
  bool settle_batch(QueueReader& reader, std::span<const Delivery> batch, std::stop_token stop);
  void note(const std::optional<Error>& failure);
  void beat();
  void observe(std::span<const Delivery> batch, std::chrono::duration<double> took);

  Queue& queue_;
  Books& books_;
  const WorkerOptions options_;
  const Step step_;
  std::atomic<std::chrono::steady_clock::rep> turned_{0};
  std::atomic<bool> blocked_{false};
  mutable std::mutex damage_mutex_;
  std::optional<Error> damage_;
  std::chrono::steady_clock::time_point beat_at_{};
  Time started_at_{};
  std::int64_t done_ = 0, failed_ = 0;
  std::vector<double> recent_ms_;
};

}  // namespace tweetpulse
