// Tweets that come by HTTP: a body in, a verdict for every line out, and the books of source `push`.
// Threads: any method from any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ingest/ingestor.h"

namespace tweetpulse {

struct PushVerdict {
  std::int64_t accepted = 0, duplicate = 0, filtered = 0;
  struct RefusedAt {
    std::int64_t line = 0;  // from 1, blank lines counted
    std::string reason;
  };
  std::vector<RefusedAt> refused;
  std::string receipt;  // names this push in the log
};

class PushIntake {
 public:
  PushIntake(Queue& queue, SeenFilter& seen, TweetStore& store, bool keep_raw);
  ~PushIntake();  // flushes

  // Body: NDJSON, one JSON array, one JSON object, or _bulk lines. Format: auto neutral x_v1 x_v2. Durable: when it
  // returns. rejected: no such format. unavailable: nothing of the body was taken for certain; send it again.
  Result<PushVerdict> take(std::string_view body, std::string_view format);
  // Writes what was counted into the ledger; a thread does it each second, so that no push waits for the store.
  Result<> flush();

 private:
  void keep_flushing(std::stop_token stop);

  TweetStore& store_;
  Ingestor ingestor_;
  bool keep_raw_;
  std::mutex writing_;  // taken before mutex_
  std::mutex mutex_;
  Tally unsaved_;
  std::jthread flushing_;
};

}  // namespace tweetpulse
