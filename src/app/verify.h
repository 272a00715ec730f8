// Recounts queue, store, hours and index and compares sets of ids: invariants I1 to I6 of the delivery promise.
// Constant memory but for the list of accepted ids. Threads: one caller at a time; writers may run meanwhile.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/runtime.h"

namespace tweetpulse {

struct CheckLine {
  std::string name;  // lossless unique hourly search queue books
  bool ok = true;
  std::string found;              // one sentence of figures
  std::vector<std::string> more;  // further lines: examples, equations
  std::string remedy;             // the command that repairs, when not ok
};

struct VerifyOptions {
  std::filesystem::path ids;  // "" = lossless and unique rest on the books
  bool hourly = true;         // false with ENABLE_AGGREGATIONS=false
  bool repair = false;        // refill the index from the store and write the recounted hours; deletes no row
};

Result<std::vector<CheckLine>> verify(Runtime& runtime, const VerifyOptions& options);

// True when every group has read and settled everything.
Result<bool> at_rest(Queue& queue);

}  // namespace tweetpulse
