#include "ingest/source_runner.h"

#include <algorithm>
#include <condition_variable>
#include <random>

#include "base/failpoint.h"
#include "base/log.h"
#include "base/metrics.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::milliseconds kSaveEvery{100};  // delivery.md section 8: at most ten times a second
constexpr std::chrono::milliseconds kStateEvery{1000};
constexpr std::chrono::milliseconds kRoomEvery{20};
constexpr std::chrono::milliseconds kRetryMax{5000};

// Sleeps, but not past a stop.
void pause(std::stop_token stop, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any sleeper;
  std::unique_lock lock(mutex);
  sleeper.wait_for(lock, stop, time, [] { return false; });
}

std::chrono::milliseconds jittered(std::chrono::milliseconds delay) {
  thread_local std::minstd_rand dice(std::random_device{}());
  return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(1, delay.count())(dice));
}

}  // namespace

SourceRunner::SourceRunner(Source& source, Queue& queue, SeenFilter& seen, TweetStore& store, RunnerOptions options)
    : source_(source),
      queue_(queue),
      store_(store),
      ingestor_(queue, seen, store, std::string(source.name())),
      options_(options) {}

Tally SourceRunner::tally() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

Result<> SourceRunner::run(std::stop_token stop) {
  auto delay = kSaveEvery;
  while (!stop.stop_requested()) {
    if (options_.obey_wanted && !wait_until_wanted(stop)) break;
    bool held = false;
    auto ended = run_once(stop, held);
    if (ended && held && !stop.stop_requested()) continue;
    if (ended || stop.stop_requested()) {
      note_state("stopped", "");
      return ended;
    }
    if (!ended.error().retryable()) {
      note_state("failed", ended.error().what);
      return ended;
    }
    note_state("backing_off", ended.error().what);
    log::warn("ingest", "A source stopped and is started again.",
              {{"source", source_.name()}, {"error", ended.error().what}});
    pause(stop, jittered(delay));
    delay = std::min(delay * 2, kRetryMax);
  }
  note_state("stopped", "");
  return {};
}

Result<> SourceRunner::run_once(std::stop_token stop, bool& held) {
  const auto cursor = store_.books().cursor(source_.name());
  if (!cursor) return cursor.error();
  cursor_ = cursor->pushed;
  epoch_ = queue_.epoch();
  // A pause that a user asks for ends this run; the outer stop ends everything.
  std::stop_source paused;
  const std::stop_callback forward(stop, [&paused] { paused.request_stop(); });
  const auto emit = [&](std::span<Received> batch, std::string_view next_cursor) -> Result<> {
    auto taken = accept(batch, next_cursor, stop);
    if (taken && options_.obey_wanted && steady_clock::now() - noted_at_ > kStateEvery) {
      note_state(source_.status().state, source_.status().detail);
      const auto states = store_.books().sources();
      if (states)
        for (const auto& state : *states)
          if (state.name == source_.name() && state.wanted != "running" && !state.wanted.empty()) paused.request_stop();
    }
    return taken;
  };
  note_state("connected", "");
  auto ended = source_.run(cursor->pushed, emit, paused.get_token());
  if (auto saved = save(cursor_, true); !saved && ended) return saved;
  held = paused.stop_requested();
  return ended;
}

Result<> SourceRunner::accept(std::span<Received> batch, std::string_view cursor, std::stop_token stop) {
  wait_for_room(stop);
  auto delay = std::chrono::milliseconds(50);
  if (BROKEN("cursor_before_push")) (void)store_.books().checkpoint(source_.name(), cursor, {}, now());
  for (;;) {
    auto intake = ingestor_.take(batch, std::string(source_.name()) + "@");
    if (queue_was_lost()) return go_back();
    if (intake) {
      FAILPOINT("after_push_before_cursor");
      {
        const std::lock_guard lock(mutex_);
        total_ += intake->tally;
      }
      unsaved_ += intake->tally;
      if (!batch.empty()) last_event_ = now();
      return save(cursor, false);
    }
    if (!intake.error().retryable() || stop.stop_requested()) return intake.error();
    (void)save(cursor_, true);  // a held source owes the ledger nothing
    note_state("paused", intake.error().what);
    log::warn("ingest", "The queue takes nothing; the source waits.",
              {{"source", source_.name()}, {"error", intake.error().what}});
    pause(stop, jittered(delay));
    delay = std::min(delay * 2, kRetryMax);
  }
}

bool SourceRunner::queue_was_lost() const {
  if (BROKEN("ignore_epoch") || epoch_.empty()) return false;
  const auto epoch = queue_.epoch();
  return !epoch.empty() && epoch != epoch_;
}

// What was pushed into a queue that is lost may be stored or not: the source reads again from what surely is.
Result<> SourceRunner::go_back() {
  const auto cursor = store_.books().cursor(source_.name());
  if (!cursor) return cursor.error();
  cursor_ = cursor->stored;
  if (cursor_.empty())
    if (auto forgotten = store_.books().forget_cursor(source_.name()); !forgotten) return forgotten;
  if (auto saved = save(cursor_, true); !saved) return saved;
  return Error{ErrorCode::unavailable, "The queue was lost; the source reads again from what is stored."};
}

// Cursor and ledger go together, so that a line that is read again after a kill is not counted twice.
Result<> SourceRunner::save(std::string_view cursor, bool at_once) {
  cursor_ = cursor;
  if (!at_once && steady_clock::now() - saved_at_ < kSaveEvery) return {};
  if (unsaved_.received == 0 && cursor.empty()) return {};
  const auto minute = std::chrono::floor<std::chrono::minutes>(now());
  auto saved = store_.books().checkpoint(source_.name(), cursor, unsaved_, minute);
  if (!saved) {
    log::warn("ingest", "The ledger cannot be written; kept for the next time.",
              {{"source", source_.name()}, {"error", saved.error().what}});
    return at_once ? saved : Result<>();
  }
  unsaved_ = {};
  saved_at_ = steady_clock::now();
  return {};
}

bool SourceRunner::wait_until_wanted(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto states = store_.books().sources();
    std::string wanted = "running";
    if (states)
      for (const auto& state : *states)
        if (state.name == source_.name() && !state.wanted.empty()) wanted = state.wanted;
    if (wanted == "running") return true;
    note_state(wanted == "paused" ? "paused" : "stopped", "");
    pause(stop, std::chrono::milliseconds(250));
  }
  return false;
}

// Keeps the backlog of a fast file short: what the workers have not done yet is only more to read again after a kill.
void SourceRunner::wait_for_room(std::stop_token stop) {
  if (options_.max_waiting <= 0 || steady_clock::now() - room_asked_at_ < kRoomEvery) return;
  for (;;) {
    room_asked_at_ = steady_clock::now();
    const auto status = queue_.status();
    if (!status) return;
    std::int64_t waiting = 0;
    for (const auto& group : status->groups) waiting = std::max(waiting, group.lag + group.pending);
    if (waiting < options_.max_waiting || stop.stop_requested()) return;
    pause(stop, kRoomEvery);
  }
}

void SourceRunner::note_state(std::string_view state, std::string_view detail) {
  noted_at_ = steady_clock::now();
  SourceState row;
  row.name = source_.name();
  row.state = state;
  row.detail = detail;
  row.last_event_at = last_event_;
  row.reconnects = source_.status().reconnects;
  metrics::gauge("source_connected", "1 while the source delivers.", {{"source", row.name}})
      .set(state == "connected" ? 1 : 0);
  if (last_event_)
    metrics::gauge("source_last_event_timestamp_seconds", "When the last event came.", {{"source", row.name}})
        .set(static_cast<double>(to_ms(*last_event_)) / 1000);
  if (auto noted = store_.books().set_state(row); !noted)
    log::debug("ingest", "The state of a source cannot be written.", {{"error", noted.error().what}});
}

}  // namespace tweetpulse
