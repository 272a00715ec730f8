// What the API stands on: the ports it calls, and what only app/ knows about this process.
// Threads: plain references; the ports are thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tweetpulse {

class Cache;
class LiveFeed;
class PushIntake;
class Queue;
class SearchIndex;
class SeenFilter;
class TweetStore;

namespace api {

// A named question to one port, asked by /readyz and /api/stores.
struct Check {
  std::string name, adapter;
  std::function<Result<>()> ask;
  bool needed = true;   // false: shown, but no reason for 503
  std::string failing;  // what to show when it fails; "" = that it does not answer
};

// Where a port keeps what it keeps.
struct Place {
  std::string name, adapter, where;
  std::optional<std::int64_t> bytes;
};

struct StaticFile {
  std::string_view body, content_type;
  std::string_view gzip, brotli;  // "" = none made at build
  bool immutable = false;         // the name holds a hash of the content
};
// "index.html", "assets/index-1a2b.js"; nullopt = no such file.
using StaticFiles = std::function<std::optional<StaticFile>(std::string_view path)>;

struct Ports {
  SearchIndex& search;
  TweetStore& store;
  Queue& queue;
  LiveFeed& feed;
  Cache& cache;
  SeenFilter& seen;
  PushIntake& intake;
  std::function<Time()> clock = now;
  std::vector<Check> checks;
  std::function<std::vector<Place>()> places;
  std::function<Result<>()> started;  // /startupz: migrations and templates are in place; empty = they are
};

}  // namespace api
}  // namespace tweetpulse
