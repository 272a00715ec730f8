#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "coordination/adapters.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kBitsPerId = 12;  // about 1 % false hits when a window is full
constexpr std::size_t kWords = 8;

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

// A Bloom filter whose bits of one id lie in one cache line, one bit a word.
class BloomWindow {
 public:
  explicit BloomWindow(std::size_t capacity) : blocks_(capacity * kBitsPerId / (kWords * 64) + 1) {}

  // Returns whether the id was there, perhaps.
  bool add(std::uint64_t hash) {
    Block& block = blocks_[index(hash)];
    std::uint64_t bits = mixed(hash);
    bool there = true;
    for (auto& word : block) {
      const std::uint64_t bit = std::uint64_t{1} << (bits & 63);
      there = there && (word & bit) != 0;
      word |= bit;
      bits >>= 6;
    }
    return there;
  }

  bool has(std::uint64_t hash) const {
    std::uint64_t bits = mixed(hash);
    for (const auto& word : blocks_[index(hash)]) {
      if ((word >> (bits & 63) & 1) == 0) return false;
      bits >>= 6;
    }
    return true;
  }

 private:
  using Block = std::array<std::uint64_t, kWords>;
  std::size_t index(std::uint64_t hash) const { return static_cast<std::size_t>(hash % blocks_.size()); }
  std::vector<Block> blocks_;
};

class LocalSeenFilter final : public SeenFilter {
 public:
  explicit LocalSeenFilter(const LocalSeenFilterConfig& config) : config_(config) {}

  std::vector<bool> add(std::span<const std::string_view> ids) override {
    std::vector<bool> seen;
    seen.reserve(ids.size());
    const std::lock_guard lock(mutex_);
    rotate();
    for (const auto id : ids) {
      const std::uint64_t hash = mixed(std::hash<std::string_view>{}(id));
      bool there = windows_.front().add(hash);
      for (std::size_t n = 1; n < windows_.size() && !there; ++n) there = windows_[n].has(hash);
      seen.push_back(there);
    }
    return seen;
  }

 private:
  void rotate() {
    const auto now = steady_clock::now();
    if (!windows_.empty() && now - begun_ < config_.window) return;
    begun_ = now;
    windows_.emplace_front(config_.capacity);
    while (windows_.size() > static_cast<std::size_t>(config_.windows)) windows_.pop_back();
  }

  const LocalSeenFilterConfig config_;
  std::mutex mutex_;
  std::deque<BloomWindow> windows_;  // newest first
  steady_clock::time_point begun_{};
};

}  // namespace

Result<std::unique_ptr<SeenFilter>> open(const LocalSeenFilterConfig& config) {
  if (config.windows < 1 || config.capacity < 1) {
    return Error{ErrorCode::rejected, "the seen filter needs at least one window of one id: raise coordination.seen_*"};
  }
  return std::unique_ptr<SeenFilter>(std::make_unique<LocalSeenFilter>(config));
}

}  // namespace tweetpulse
