// A lease with a fencing token: saves double work, guarantees nothing. Threads: any method from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tweetpulse {

class Lease {
 public:
  virtual ~Lease() = default;              // releases
  virtual std::int64_t token() const = 0;  // greater than that of every earlier holder
  virtual bool renew() = 0;                // false: lost; stop the work
};

class Lock {
 public:
  virtual ~Lock() = default;
  // nullptr inside = held by another. `holder` is shown to whoever asks.
  virtual Result<std::unique_ptr<Lease>> acquire(std::string_view key, std::string_view holder,
                                                 std::chrono::milliseconds lease) = 0;
  virtual Result<std::string> holder(std::string_view key) = 0;  // "" = free
};

}  // namespace tweetpulse
