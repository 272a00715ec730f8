// SIGINT and SIGTERM as a stop token: the first asks everything to end, the second ends the process at once. SIGHUP
// asks for the configuration to be read again. Threads: construct it in main() before any other thread, so that every
// thread inherits the blocked signals.
#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

namespace tweetpulse {

class Signals {
 public:
  Signals();
  ~Signals();
  std::stop_token token() const { return stop_.get_token(); }
  bool take_hang_up() { return hang_up_.exchange(false); }  // true once for each SIGHUP seen
  // Ends when a signal came or `done` says so; asked every 20 ms.
  template <class Done>
  bool wait(Done&& done) const {
    while (!stop_.stop_requested() && !done()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return stop_.stop_requested();
  }

 private:
  std::stop_source stop_;
  std::atomic<bool> hang_up_ = false;
  std::jthread watcher_;
};

}  // namespace tweetpulse
