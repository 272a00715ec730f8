#include "api/idempotency.h"

namespace tweetpulse::api {
namespace {

constexpr std::chrono::hours kKept{24};
constexpr std::size_t kMost = 100'000;

}  // namespace

std::variant<Idempotency::State, HttpResponse> Idempotency::begin(std::string_view key, std::string_view body_hash) {
  const std::lock_guard lock(mutex_);
  trim();
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    entries_.emplace(std::string(key), Entry{std::string(body_hash), false, {}});
    order_.emplace_back(Clock::now(), std::string(key));
    return State::fresh;
  }
  if (found->second.body_hash != body_hash) return State::other_body;
  if (!found->second.done) return State::running;
  return found->second.answer;
}

void Idempotency::finish(std::string_view key, const HttpResponse& answer) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  found->second.done = true;
  found->second.answer = answer;
}

void Idempotency::forget(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found != entries_.end()) entries_.erase(found);
}

void Idempotency::trim() {
  while (!order_.empty() && (order_.size() > kMost || Clock::now() - order_.front().first > kKept)) {
    const auto found = entries_.find(order_.front().second);
    if (found != entries_.end()) entries_.erase(found);
    order_.pop_front();
  }
}

}  // namespace tweetpulse::api
