#include "worker/enricher.h"

#include <algorithm>

namespace tweetpulse {
namespace {
constexpr std::size_t kMaxSlots = 16'384;  // one group that lags further behind analyses again
constexpr std::size_t kBlock = 16;         // tweets a claim: small, so that two groups share a batch evenly
}  // namespace

Enricher::Enricher(Profile profile, int sharing) : profile_(profile), sharing_(sharing) {}

std::int64_t Enricher::analysed() const {
  const std::lock_guard lock(mutex_);
  return analysed_;
}

void Enricher::claim(std::span<const Delivery> batch, const Places& block, std::vector<EnrichedTweet>& out,
                     Places& mine, Places& waiting) {
  const std::lock_guard lock(mutex_);
  for (const std::size_t i : block) {
    const auto& delivery = batch[i];
    if (sharing_ < 2 || delivery.attempt > 1) {
      mine.push_back(i);
      continue;
    }
    const auto [slot, fresh] = slots_.try_emplace(delivery.receipt);
    if (fresh) {
      order_.push_back(delivery.receipt);
      forget_oldest();
      mine.push_back(i);
    } else if (slot->second.ready) {
      out[i] = std::move(*slot->second.ready);
      slots_.erase(slot);
    } else {
      waiting.push_back(i);
    }
  }
}

void Enricher::offer(std::span<const Delivery> batch, const Places& mine, const std::vector<EnrichedTweet>& out) {
  std::vector<std::unique_ptr<EnrichedTweet>> copies(mine.size());
  for (std::size_t n = 0; n < mine.size(); ++n)
    if (sharing_ >= 2 && batch[mine[n]].attempt <= 1) copies[n] = std::make_unique<EnrichedTweet>(out[mine[n]]);
  {
    const std::lock_guard lock(mutex_);
    analysed_ += static_cast<std::int64_t>(mine.size());
    for (std::size_t n = 0; n < mine.size(); ++n) {
      const auto slot = copies[n] ? slots_.find(batch[mine[n]].receipt) : slots_.end();
      if (slot != slots_.end()) slot->second.ready = std::move(copies[n]);
    }
  }
  offered_.notify_all();
}

// nullptr: the slot was forgotten meanwhile.
std::unique_ptr<EnrichedTweet> Enricher::wait_for(const std::string& receipt) {
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
  Places block, mine, waiting;
  for (std::size_t begin = 0; begin < batch.size(); begin += kBlock) {
    block.clear();
    mine.clear();
    for (std::size_t step = begin; step < std::min(begin + kBlock, batch.size()); ++step)
      block.push_back(from == From::front ? step : batch.size() - 1 - step);
    claim(batch, block, out, mine, waiting);
    for (const std::size_t i : mine) out[i] = enrich(batch[i].tweet, profile_);
    if (!mine.empty()) offer(batch, mine, out);
  }
  for (const std::size_t i : waiting) {
    const auto ready = wait_for(batch[i].receipt);
    out[i] = ready ? std::move(*ready) : enrich(batch[i].tweet, profile_);
  }
  return out;
}

}  // namespace tweetpulse
