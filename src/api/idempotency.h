// Answers of calls that named an Idempotency-Key, given again to a repeated call for 24 h.
// Threads: every method may be called from any thread.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

#include "driver/http_server.h"

namespace tweetpulse::api {

class Idempotency {
 public:
  enum class State { fresh, running, other_body };
  // fresh: the caller does the work, then calls finish() or forget().
  std::variant<State, HttpResponse> begin(std::string_view key, std::string_view body_hash);
  void finish(std::string_view key, const HttpResponse& answer);
  void forget(std::string_view key);

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    std::string body_hash;
    bool done = false;
    HttpResponse answer;
  };
  void trim();

  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::deque<std::pair<Clock::time_point, std::string>> order_;
};

}  // namespace tweetpulse::api
