#include <chrono>
#include <list>
#include <mutex>
#include <unordered_map>

#include "coordination/adapters.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kEntryOverhead = 160;  // of list, table and strings

struct Answer {
  std::string key, value;
  steady_clock::time_point until;
  std::size_t bytes() const { return key.size() + value.size() + kEntryOverhead; }
};

// When it is full, the answer that was not asked for the longest goes first.
class LocalCache final : public Cache {
 public:
  explicit LocalCache(const LocalCacheConfig& config) : config_(config) {}

  std::optional<std::string> get(std::string_view key) override {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    if (found->second->until <= steady_clock::now()) {
      remove(found->second);
      return std::nullopt;
    }
    answers_.splice(answers_.begin(), answers_, found->second);
    return found->second->value;
  }

  void put(std::string_view key, std::string value, std::chrono::milliseconds life) override {
    Answer answer{.key = std::string(key), .value = std::move(value), .until = steady_clock::now() + life};
    const std::lock_guard lock(mutex_);
    const auto old = by_key_.find(key);
    if (old != by_key_.end()) remove(old->second);
    if (answer.bytes() > config_.max_bytes) return;
    bytes_ += answer.bytes();
    answers_.push_front(std::move(answer));
    by_key_.emplace(answers_.front().key, answers_.begin());
    while (bytes_ > config_.max_bytes) remove(std::prev(answers_.end()));
  }

 private:
  using Place = std::list<Answer>::iterator;

  void remove(Place place) {
    bytes_ -= place->bytes();
    by_key_.erase(place->key);
    answers_.erase(place);
  }

  const LocalCacheConfig config_;
  std::mutex mutex_;
  std::list<Answer> answers_;                           // last asked for first
  std::unordered_map<std::string_view, Place> by_key_;  // keys live in answers_
  std::size_t bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<Cache>> open(const LocalCacheConfig& config) {
  return std::unique_ptr<Cache>(std::make_unique<LocalCache>(config));
}

}  // namespace tweetpulse
