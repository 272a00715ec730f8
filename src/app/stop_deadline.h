// Ends the process when stopping takes longer than shutdown.timeout: what is unfinished then stays pending, nothing is
// lost. Threads: owns its thread; construct it after Signals.
#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

namespace tweetpulse {

class StopDeadline {
 public:
  // Counts from the request of `stopping` to its own end.
  StopDeadline(std::stop_token stopping, std::chrono::milliseconds limit);

 private:
  std::jthread thread_;
};

}  // namespace tweetpulse
