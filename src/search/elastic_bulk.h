// Sends many writes as _bulk requests of bounded size and settles every one by its own answer: delivery.md section 6.
// Size and number of requests fall when the server is overloaded and grow back slowly. Threads: any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "search/elastic_client.h"

namespace tweetpulse::elastic {

// Lines of one or more _bulk requests, item by item.
class Writes {
 public:
  // The document is what `document(out)` appends. Versions other than ours win or lose by external_gte.
  template <class Append>
  void index(std::string_view id, std::int64_t version, Append&& document) {
    open_index(id, version);
    document(text_);
    close();
  }
  // Only when there is none yet, or when it still has this sequence number and term.
  void create(std::string_view id, std::string_view document);
  void replace(std::string_view id, std::int64_t sequence, std::int64_t term, std::string_view document);
  void erase(std::string_view id, std::int64_t version);
  void count_up(std::string_view id);  // its version grows by one

  std::size_t size() const { return ends_.size(); }
  std::size_t bytes() const { return text_.size(); }
  bool empty() const { return ends_.empty(); }
  std::string_view lines_of(std::size_t item) const {
    const std::size_t begin = item == 0 ? 0 : ends_[item - 1];
    return std::string_view(text_).substr(begin, ends_[item] - begin);
  }
  std::string_view text(std::size_t first, std::size_t count) const {
    const std::size_t begin = first == 0 ? 0 : ends_[first - 1];
    return std::string_view(text_).substr(begin, ends_[first + count - 1] - begin);
  }

 private:
  void open_index(std::string_view id, std::int64_t version);
  void close();

  std::string text_;
  std::vector<std::size_t> ends_;
};

enum class Fate : std::uint8_t { unsettled, done, conflict, refused };

struct Outcome {
  Fate fate = Fate::unsettled;
  std::string reason;  // of refused
};

struct BulkLimits {
  std::size_t bytes = 8'000'000;  // most of one request
  int senders = 2;                // most requests at once
  std::chrono::milliseconds deadline{30'000};
};

class Bulk {
 public:
  // `restore`: makes templates, indexes and aliases again when the server says 404.
  Bulk(Client& client, BulkLimits limits, std::function<Result<>()> restore);

  // One outcome an item, none unsettled. unavailable, timeout: some are, all may be sent again; the sentence says why.
  Result<std::vector<Outcome>> send(std::string_view index, const Writes& writes);

  // Why nothing is sent for a while: the index takes no writes.
  std::optional<Error> block();
  // The same, also while the next attempt is due: for those who report.
  std::optional<Error> trouble();
  const BulkLimits& limits() const { return most_; }

 private:
  class Sending;
  friend class Sending;
  struct Place {  // one of the requests that may be in flight
    explicit Place(Bulk& bulk) : owner(bulk) {}
    Place(const Place&) = delete;
    ~Place() { owner.leave(); }
    Bulk& owner;
  };
  bool enter(std::chrono::steady_clock::time_point deadline);
  void leave();
  std::size_t bytes_now();
  void overloaded(std::size_t bytes);
  void went_well();
  void blocked(const Error& why);

  Client& client_;
  const BulkLimits most_;
  const std::function<Result<>()> restore_;
  metrics::Counter retried_, stale_;
  metrics::Gauge blocked_gauge_;

  std::mutex mutex_;
  std::condition_variable room_;
  int in_flight_ = 0, senders_, well_ = 0;
  std::size_t bytes_;
  std::chrono::steady_clock::time_point blocked_until_{};
  std::optional<Error> block_;
};

}  // namespace tweetpulse::elastic
