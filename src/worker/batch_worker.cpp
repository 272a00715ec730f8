#include "worker/batch_worker.h"

#include <algorithm>
#include <condition_variable>
#include <random>

#include "base/failpoint.h"
#include "base/log.h"
#include "base/metrics.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::milliseconds kIdleWait{25};                       // a stop waits as long
constexpr std::chrono::milliseconds kRetryFirst{50}, kRetryMax{10'000};  // delivery.md section 6
constexpr std::chrono::seconds kBeatEvery{5};
constexpr int kSuspectAttempt = 3;
constexpr std::size_t kRecentBatches = 200;

void pause(std::stop_token stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any sleeper;
  std::unique_lock lock(mutex);
  sleeper.wait_for(lock, stop, time, [] { return false; });
}

// Full jitter: random(0, min(10 s, 50 ms * 2^n)).
class Backoff {
 public:
  void wait(std::stop_token stop) {
    thread_local std::minstd_rand dice(std::random_device{}());
    pause(stop, std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(1, delay_.count())(dice)));
    delay_ = std::min(delay_ * 2, kRetryMax);
  }

 private:
  std::chrono::milliseconds delay_ = kRetryFirst;
};

metrics::Counter count_of(std::string_view name, std::string_view help, const WorkerOptions& options) {
  return metrics::counter(name, help, {{"group", options.group}});
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
  return values[place];
}

}  // namespace

BatchWorker::BatchWorker(Queue& queue, Books& books, WorkerOptions options, Step step)
    : queue_(queue), books_(books), options_(std::move(options)), step_(std::move(step)), started_at_(now()) {
  count_of("worker_received_total", "Entries handed to the worker.", options_);
  count_of("worker_sent_total", "Entries done: durable in the sink and acked.", options_);
  count_of("worker_errors_total", "Calls of the sink that failed.", options_);
  count_of("worker_retried_total", "Batches tried again.", options_);
  turned_ = steady_clock::now().time_since_epoch().count();
}

std::chrono::milliseconds BatchWorker::silent_for() const {
  const steady_clock::time_point turned{steady_clock::duration(turned_.load())};
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - turned);
}

Result<std::int64_t> BatchWorker::run(std::stop_token stop) {
  auto joined = queue_.join(options_.group, options_.id);
  if (!joined) return joined.error();
  auto& reader = **joined;
  auto received = count_of("worker_received_total", "", options_);
  auto in_flight = metrics::gauge("worker_in_flight", "Entries in hand.", {{"group", options_.group}});
  Backoff backoff;
  while (!stop.stop_requested()) {
    turned_ = steady_clock::now().time_since_epoch().count();
    beat();
    const auto batch = reader.read(options_.batch_size, std::min(options_.batch_timeout, kIdleWait));
    note(batch ? std::nullopt : std::optional(batch.error()));
    if (!batch) {
      log::warn("worker", "The queue cannot be read; tried again.",
                {{"group", options_.group}, {"error", batch.error().what}});
      count_of("worker_errors_total", "", options_).add();
      backoff.wait(stop);
      continue;
    }
    backoff = Backoff();
    if (batch->empty()) continue;
    received.add(static_cast<double>(batch->size()));
    in_flight.set(static_cast<double>(batch->size()));
    const bool settled = settle(reader, *batch, stop);
    in_flight.set(settled ? 0 : static_cast<double>(batch->size()));
    if (!settled) return static_cast<std::int64_t>(batch->size());
  }
  return 0;
}

// True when every entry of the batch is acked or buried; false when stop came first. An entry that was handed out more
// than twice may kill its holder: it is noted before, and cleared when it is settled or given back.
bool BatchWorker::settle(QueueReader& reader, std::span<const Delivery> batch, std::stop_token stop) {
  if (BROKEN("count_deliveries") && batch.size() == 1 && batch[0].attempt > options_.attempts)
    return bury(reader, batch[0], {0, "kills_worker", "Handed out too often."}, stop);
  const bool suspect = batch.size() == 1 && batch[0].attempt >= kSuspectAttempt;
  if (!suspect) return settle_batch(reader, batch, stop);
  const auto deaths = reader.suspect(batch[0]);
  if (deaths && *deaths >= options_.attempts)
    return bury(reader, batch[0], {0, "kills_worker", "Its holder died again and again."}, stop);
  if (settle_batch(reader, batch, stop)) return true;
  if (const auto spared = reader.spare(batch[0]); !spared)
    log::warn("worker", "A suspect could not be given back.", {{"error", spared.error().what}});
  return false;
}

bool BatchWorker::settle_batch(QueueReader& reader, std::span<const Delivery> batch, std::stop_token stop) {
  Backoff backoff;
  for (;;) {
    for (const auto& delivery : batch) FAILPOINT_ID(delivery.tweet.id);
    if (BROKEN("ack_before_commit")) (void)ack(reader, batch, stop);
    const auto begun = steady_clock::now();
    FAILPOINT("mid_batch");
    auto report = step_(batch);
    turned_ = steady_clock::now().time_since_epoch().count();
    if (report) {
      FAILPOINT(options_.group == "elastic" ? "after_bulk_before_ack" : "after_commit_before_ack");
      if (BROKEN("ack_before_commit")) return true;
      blocked_ = false;
      observe(batch, steady_clock::now() - begun);
      std::vector<char> dead(batch.size(), 0);
      for (const auto& why : report->buried) {
        dead[why.index] = 1;
        if (!bury(reader, batch[why.index], why, stop)) return false;
      }
      std::vector<Delivery> done;
      if (report->buried.empty()) return ack(reader, batch, stop);
      for (std::size_t i = 0; i < batch.size(); ++i)
        if (dead[i] == 0) done.push_back(batch[i]);
      return done.empty() || ack(reader, done, stop);
    }
    count_of("worker_errors_total", "", options_).add();
    const auto& error = report.error();
    if (!error.retryable() && error.code != ErrorCode::corrupt) {
      if (batch.size() == 1) return bury(reader, batch[0], {0, "rejected", error.what}, stop);
      const auto half = batch.size() / 2;
      return settle_batch(reader, batch.first(half), stop) && settle_batch(reader, batch.subspan(half), stop);
    }
    blocked_ = true;
    note(error);
    log::warn("worker", "The sink took nothing; the batch is tried again.",
              {{"group", options_.group}, {"entries", batch.size()}, {"error", error.what}});
    count_of("worker_retried_total", "", options_).add();
    if (stop.stop_requested()) return false;
    beat();
    backoff.wait(stop);
    if (stop.stop_requested()) return false;
  }
}

bool BatchWorker::bury(QueueReader& reader, const Delivery& delivery, const Buried& why, std::stop_token stop) {
  Backoff backoff;
  for (;;) {
    const auto buried = reader.bury(delivery, why.reason, why.error);
    if (buried) break;
    note(buried.error());
    log::warn("worker", "A dead letter cannot be written; tried again.", {{"error", buried.error().what}});
    if (stop.stop_requested()) return false;
    backoff.wait(stop);
  }
  ++failed_;
  metrics::counter("worker_refused_total", "Entries buried as dead letters.",
                   {{"group", options_.group}, {"reason", why.reason}})
      .add();
  log::error("worker", "A tweet was buried.",
             {{"group", options_.group}, {"id", delivery.tweet.id}, {"reason", why.reason}, {"error", why.error}});
  return true;
}

bool BatchWorker::ack(QueueReader& reader, std::span<const Delivery> batch, std::stop_token stop) {
  Backoff backoff;
  for (;;) {
    const auto acked = reader.ack(batch);
    if (acked) break;
    note(acked.error());
    log::warn("worker", "The queue takes no ack; tried again.", {{"error", acked.error().what}});
    if (stop.stop_requested()) return false;
    backoff.wait(stop);
  }
  done_ += static_cast<std::int64_t>(batch.size());
  count_of("worker_sent_total", "", options_).add(static_cast<double>(batch.size()));
  return true;
}

void BatchWorker::observe(std::span<const Delivery> batch, std::chrono::duration<double> took) {
  static constexpr auto kSizes = {1., 5., 10., 25., 50., 100., 250., 500., 1000., 2500., 5000., 10000.};
  const metrics::Labels labels = {{"group", options_.group}};
  metrics::histogram("worker_batch_size", "Entries a batch.", labels, kSizes)
      .observe(static_cast<double>(batch.size()));
  metrics::histogram("worker_batch_duration_seconds", "Time of one call of the sink.", labels).observe(took.count());
  auto latency = metrics::histogram("worker_latency_seconds", "From received to durable in the sink.", labels);
  const auto moment = now();
  // The oldest of the batch stands for it: a histogram costs more than the rest of the loop.
  Time oldest = moment;
  for (const auto& delivery : batch) oldest = std::min(oldest, delivery.tweet.received_at);
  latency.observe(static_cast<double>((moment - oldest).count()) / 1000);
  if (recent_ms_.size() >= kRecentBatches) recent_ms_.erase(recent_ms_.begin());
  recent_ms_.push_back(took.count() * 1000);
}

std::optional<Error> BatchWorker::damage() const {
  const std::lock_guard lock(damage_mutex_);
  return damage_;
}

void BatchWorker::note(const std::optional<Error>& failure) {
  const std::lock_guard lock(damage_mutex_);
  if (failure && failure->code == ErrorCode::corrupt)
    damage_ = failure;
  else
    damage_.reset();
}

void BatchWorker::beat() {
  if (steady_clock::now() - beat_at_ < kBeatEvery) return;
  beat_at_ = steady_clock::now();
  WorkerState state;
  state.id = options_.id;
  state.role = options_.role;
  state.group = options_.group;
  state.version = TWEETPULSE_VERSION;
  state.started_at = started_at_;
  state.beat_at = now();
  state.batch_size = static_cast<std::int64_t>(options_.batch_size);
  state.done = done_;
  state.failed = failed_;
  state.batch_p50_ms = percentile(recent_ms_, .5);
  state.batch_p95_ms = percentile(recent_ms_, .95);
  metrics::gauge("worker_heartbeat_timestamp_seconds", "Last beat.",
                 {{"group", options_.group}, {"worker", options_.id}})
      .set(static_cast<double>(to_ms(state.beat_at)) / 1000);
  if (const auto beaten = books_.beat(state); !beaten)
    log::debug("worker", "The heartbeat cannot be written.", {{"error", beaten.error().what}});
}

}  // namespace tweetpulse
