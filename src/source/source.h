// Where tweets come from: vendor payload in, Tweet out, with a cursor to go on from after a crash.
// Threads: run() blocks its own thread; status() may be called from any thread.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "tweet/tweet.h"

namespace tweetpulse {

struct RefusedLine {
  std::string reason;   // protocols.md 1.7
  std::string payload;  // first 64 KB
  std::string place;    // file:line or the like, for the letter's id and the message
};
struct FilteredLine {
  std::string reason;
};

// One received line gives one Outcome: tweets (carried originals first, actions too), a refusal, or a filter.
struct Received {
  std::vector<Tweet> tweets;
  std::variant<std::monostate, RefusedLine, FilteredLine> rest;
};

// Blocks while downstream is full: that is the back-pressure. next_cursor is saved only after Queue::push returned.
// An error means: stop, nothing of this call was taken for certain; the next run starts at the saved cursor.
using Emit = std::function<Result<>(std::span<Received> received, std::string_view next_cursor)>;

struct SourceStatus {
  std::string state = "connecting";  // connected connecting backing_off paused stopped failed
  std::string detail;
  std::int64_t reconnects = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  // Returns when the source has ended (files), the stop token fired, or emit failed. `cursor` as saved, "" = begin.
  virtual Result<> run(std::string_view cursor, const Emit& emit, std::stop_token stop) = 0;
  virtual std::string_view name() const = 0;  // of the cursor and the ledger
  virtual SourceStatus status() const = 0;
};

}  // namespace tweetpulse
