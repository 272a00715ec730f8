#include <chrono>
#include <map>
#include <mutex>

#include "coordination/adapters.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Holding {
  std::int64_t token = 0;
  std::string holder;
  steady_clock::time_point until;
};

struct Holdings {
  std::mutex mutex;
  std::int64_t last_token = 0;
  std::map<std::string, Holding, std::less<>> by_key;

  // Requires: mutex is held. nullptr = free.
  Holding* live(std::string_view key) {
    const auto found = by_key.find(key);
    if (found == by_key.end() || found->second.until <= steady_clock::now()) return nullptr;
    return &found->second;
  }
};

class LocalLease final : public Lease {
 public:
  LocalLease(std::shared_ptr<Holdings> holdings, std::string_view key, std::int64_t token, milliseconds length)
      : holdings_(std::move(holdings)), key_(key), token_(token), length_(length) {}
  ~LocalLease() override {
    const std::lock_guard lock(holdings_->mutex);
    const auto found = holdings_->by_key.find(key_);
    if (found != holdings_->by_key.end() && found->second.token == token_) holdings_->by_key.erase(found);
  }

  std::int64_t token() const override { return token_; }
  bool renew() override {
    const std::lock_guard lock(holdings_->mutex);
    Holding* mine = holdings_->live(key_);
    if (mine == nullptr || mine->token != token_) return false;
    mine->until = steady_clock::now() + length_;
    return true;
  }

 private:
  std::shared_ptr<Holdings> holdings_;
  const std::string key_;
  const std::int64_t token_;
  const milliseconds length_;
};

class LocalLock final : public Lock {
 public:
  Result<std::unique_ptr<Lease>> acquire(std::string_view key, std::string_view holder,
                                         std::chrono::milliseconds lease) override {
    const std::lock_guard lock(holdings_->mutex);
    if (holdings_->live(key) != nullptr) return std::unique_ptr<Lease>();
    const auto token = ++holdings_->last_token;
    holdings_->by_key.insert_or_assign(
        std::string(key), Holding{.token = token, .holder = std::string(holder), .until = steady_clock::now() + lease});
    return std::unique_ptr<Lease>(std::make_unique<LocalLease>(holdings_, key, token, lease));
  }

  Result<std::string> holder(std::string_view key) override {
    const std::lock_guard lock(holdings_->mutex);
    const Holding* held = holdings_->live(key);
    return held == nullptr ? std::string() : held->holder;
  }

 private:
  std::shared_ptr<Holdings> holdings_ = std::make_shared<Holdings>();
};

}  // namespace

Result<std::unique_ptr<Lock>> open(const LocalLockConfig&) {
  return std::unique_ptr<Lock>(std::make_unique<LocalLock>());
}

}  // namespace tweetpulse
