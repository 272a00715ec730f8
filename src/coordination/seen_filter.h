// A hint that saves work: which ids were probably offered before. A hit is a guess, a miss is certain only within the
// windows; nobody drops a tweet on its word alone. Threads: any method from any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace tweetpulse {

class SeenFilter {
 public:
  virtual ~SeenFilter() = default;
  // Adds the ids; one flag each: perhaps seen before. Never fails: an error or a full filter answers true.
  virtual std::vector<bool> add(std::span<const std::string_view> ids) = 0;
};

}  // namespace tweetpulse
