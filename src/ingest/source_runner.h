// Runs one source: starts it at its saved cursor, obeys the wanted state, holds it while the queue is full, saves
// cursor and ledger together. Threads: run() blocks its own thread; progress() from any thread.
#pragma once

#include <chrono>
#include <mutex>
#include <stop_token>
#include <string>

#include "ingest/ingestor.h"

namespace tweetpulse {

struct RunnerOptions {
  // While the queue holds more than this many entries that some group has not done, the source waits; 0 = no bound.
  std::int64_t max_waiting = 0;
  bool obey_wanted = true;  // false: replay of a file runs whatever the stored state says
};

class SourceRunner {
 public:
  SourceRunner(Source& source, Queue& queue, SeenFilter& seen, TweetStore& store, RunnerOptions options);

  // Until the source ends or stop is requested; a failed source is started again. Returns what the source returned.
  Result<> run(std::stop_token stop);
  Tally tally() const;  // since the start of this process

 private:
  Result<> run_once(std::stop_token stop, bool& held);  // held: a user wants it paused or stopped
  Result<> accept(std::span<Received> batch, std::string_view cursor, std::stop_token stop);
  Result<> save(std::string_view cursor, bool at_once);
  bool queue_was_lost() const;
  Result<> go_back();
  bool wait_until_wanted(std::stop_token stop);
  void wait_for_room(std::stop_token stop);
  void note_state(std::string_view state, std::string_view detail);

  Source& source_;
  Queue& queue_;
  TweetStore& store_;
  Ingestor ingestor_;
  RunnerOptions options_;
  mutable std::mutex mutex_;
  Tally total_;
  Tally unsaved_;
  std::string cursor_;
  std::string epoch_;
  std::optional<Time> last_event_;
  std::chrono::steady_clock::time_point saved_at_{};
  std::chrono::steady_clock::time_point noted_at_{};
  std::chrono::steady_clock::time_point room_asked_at_{};
};

}  // namespace tweetpulse
