#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "feed/adapters.h"

namespace tweetpulse {
namespace {

struct Watching {
  explicit Watching(LiveFeed::Watcher given) : watcher(std::move(given)) {}
  // Recursive: a watcher may end its own subscription.
  std::recursive_mutex mutex;
  bool ended = false;
  const LiveFeed::Watcher watcher;
};

struct Watchings {
  std::mutex mutex;
  std::vector<std::shared_ptr<Watching>> list;
};

class LocalSubscription final : public LiveFeed::Subscription {
 public:
  LocalSubscription(std::shared_ptr<Watchings> all, std::shared_ptr<Watching> mine)
      : all_(std::move(all)), mine_(std::move(mine)) {}
  ~LocalSubscription() override {
    {
      const std::lock_guard lock(all_->mutex);
      std::erase(all_->list, mine_);
    }
    // Waits for a callback that is running on another thread.
    const std::lock_guard lock(mine_->mutex);
    mine_->ended = true;
  }

 private:
  std::shared_ptr<Watchings> all_;
  std::shared_ptr<Watching> mine_;
};

class LocalFeed final : public LiveFeed {
 public:
  Result<> publish(std::span<const FeedEvent> events) override {
    if (events.empty()) return {};
    std::vector<std::shared_ptr<Watching>> list;
    {
      const std::lock_guard lock(all_->mutex);
      list = all_->list;
    }
    for (const auto& watching : list) {
      const std::lock_guard lock(watching->mutex);
      if (!watching->ended) watching->watcher(events);
    }
    return {};
  }

  Result<std::unique_ptr<Subscription>> subscribe(Watcher watcher) override {
    auto mine = std::make_shared<Watching>(std::move(watcher));
    {
      const std::lock_guard lock(all_->mutex);
      all_->list.push_back(mine);
    }
    return std::unique_ptr<Subscription>(std::make_unique<LocalSubscription>(all_, std::move(mine)));
  }

 private:
  std::shared_ptr<Watchings> all_ = std::make_shared<Watchings>();
};

}  // namespace

Result<std::unique_ptr<LiveFeed>> open(const LocalFeedConfig&) {
  return std::unique_ptr<LiveFeed>(std::make_unique<LocalFeed>());
}

}  // namespace tweetpulse
