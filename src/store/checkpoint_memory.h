// Makes checkpoints repeatable: when the answer to a commit is lost, the next checkpoint of the source, which holds the
// same lines and more, finds out how much of them is there already. Threads: any method from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace tweetpulse {

using LedgerFigures = std::map<std::string, std::int64_t>;  // lines by what: received accepted refused:<reason> ...

class CheckpointMemory {
 public:
  struct Attempt {
    std::int64_t number = 0;  // is in the store when this attempt was the last that came through
    LedgerFigures figures;    // all since the last checkpoint whose answer came
  };

  CheckpointMemory();
  std::string key(std::string_view source) const;  // of the number, for this process and the source
  std::int64_t next_number();
  // What of these figures is not yet in the store, when `found` is the number there.
  LedgerFigures missing(std::string_view source, std::int64_t found, const LedgerFigures& figures);
  void sent(std::string_view source, Attempt attempt);  // the commit may have arrived, whatever the answer
  void answered(std::string_view source);

 private:
  const std::string writer_;
  std::mutex mutex_;
  std::int64_t number_;
  std::map<std::string, std::vector<Attempt>, std::less<>> unknown_;
};

}  // namespace tweetpulse
