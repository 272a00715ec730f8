#include "worker/enricher.h"

namespace tweetpulse {
namespace {
constexpr std::size_t kMaxSlots = 10'000;  // one group that lags further behind analyses again
}

Enricher::Enricher(Profile profile, int sharing) : profile_(profile), sharing_(sharing) {}

std::int64_t Enricher::analysed() const {
  const std::lock_guard lock(mutex_);
  return analysed_;
}

// True: this caller analyses the tweet. False: the other group did (ready is set) or does (ready is empty).
bool Enricher::claim(const std::string& receipt, std::shared_ptr<const EnrichedTweet>& ready) {
  const std::lock_guard lock(mutex_);
  const auto [slot, fresh] = slots_.try_emplace(receipt);
  if (fresh) {
    order_.push_back(receipt);
    forget_oldest();
    return true;
  }
  if (slot->second.ready) {
    ready = slot->second.ready;
    slots_.erase(slot);
  }
  return false;
}

void Enricher::offer(const std::string& receipt, std::shared_ptr<const EnrichedTweet> tweet) {
  {
    const std::lock_guard lock(mutex_);
    ++analysed_;
    if (const auto slot = slots_.find(receipt); slot != slots_.end()) slot->second.ready = std::move(tweet);
  }
  offered_.notify_all();
}

// nullptr: the slot was forgotten meanwhile.
std::shared_ptr<const EnrichedTweet> Enricher::wait_for(const std::string& receipt) {
  std::unique_lock lock(mutex_);
  std::unordered_map<std::string, Slot>::iterator slot;
  offered_.wait(lock, [&] {
    slot = slots_.find(receipt);
    return slot == slots_.end() || slot->second.ready;
  });
  if (slot == slots_.end()) return nullptr;
  auto ready = std::move(slot->second.ready);
  slots_.erase(slot);
  return ready;
}

void Enricher::forget_oldest() {
  while (order_.size() > kMaxSlots) {
    // A slot without a result is being worked on; whoever works on it still offers it to nobody.
    slots_.erase(order_.front());
    order_.pop_front();
  }
}

std::vector<EnrichedTweet> Enricher::enrich_all(std::span<const Delivery> batch, From from) {
  std::vector<EnrichedTweet> out(batch.size());
  std::vector<std::size_t> waiting;
  for (std::size_t step = 0; step < batch.size(); ++step) {
    const std::size_t i = from == From::front ? step : batch.size() - 1 - step;
    const auto& [receipt, tweet, attempt] = batch[i];
    if (sharing_ < 2 || attempt > 1) {
      out[i] = enrich(tweet, profile_);
      const std::lock_guard lock(mutex_);
      ++analysed_;
      continue;
    }
    std::shared_ptr<const EnrichedTweet> ready;
    if (claim(receipt, ready)) {
      auto made = std::make_shared<EnrichedTweet>(enrich(tweet, profile_));
      out[i] = *made;
      offer(receipt, std::move(made));
    } else if (ready) {
      out[i] = *ready;
    } else {
      waiting.push_back(i);
    }
  }
  for (const std::size_t i : waiting) {
    const auto ready = wait_for(batch[i].receipt);
    out[i] = ready ? *ready : enrich(batch[i].tweet, profile_);
  }
  return out;
}

}  // namespace tweetpulse
