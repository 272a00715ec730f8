#include "api/live_ring.h"

#include <algorithm>
#include <chrono>

#include "api/cursor.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::api {
namespace {

constexpr std::chrono::milliseconds kFlush{20}, kTick{1000};

std::string new_epoch() {
  return sha256_hex(random_bytes(16), 6);
}

std::size_t size_of(const FeedEvent& event) {
  if (!event.tweet) return 128 + event.id.size();
  const EnrichedTweet& tweet = *event.tweet;
  // Text, names and JSON made later: an estimate that errs upwards.
  return 3072 + 4 * tweet.tweet.text.size() + 64 * (tweet.analysis.urls.size() + tweet.analysis.mentions.size());
}

const std::string& id_of(const FeedEvent& event) {
  return event.tweet ? event.tweet->tweet.id : event.id;
}

}  // namespace

const std::string& LiveEvent::json() const {
  std::call_once(json_once_, [this] { append_public(json_, *event.tweet); });
  return json_;
}

const Searchable& LiveEvent::searched() const {
  std::call_once(searched_once_, [this] { searched_ = searchable(*event.tweet); });
  return searched_;
}

LiveRing::LiveRing(LiveLimits limits, std::function<Time()> clock)
    : limits_(limits),
      clock_(std::move(clock)),
      epoch_(new_epoch()),
      waker_([this](const std::stop_token& stop) { run(stop); }) {}

LiveRing::~LiveRing() {
  waker_.request_stop();
  news_.notify_all();
}

void LiveRing::add(std::span<const FeedEvent> events) {
  const Time at = clock_();
  {
    const std::lock_guard lock(mutex_);
    for (const FeedEvent& event : events) push(event, at);
    trim(at);
  }
  {
    const std::lock_guard lock(news_mutex_);
    fresh_ = true;
  }
  news_.notify_one();
}

void LiveRing::push(const FeedEvent& event, Time at) {
  const bool is_tweet = event.type == FeedEvent::Type::tweet;
  if (is_tweet && !event.tweet) return;
  const std::string& id = tweetpulse::api::id_of(event);
  if (is_tweet) {
    // A redelivered batch publishes again what was seen; a newer observation of the tweet is news.
    const std::int64_t revision = revision_of(event.tweet->tweet);
    const auto [known, fresh] = revisions_.try_emplace(id, revision);
    if (!fresh && known->second >= revision) return;
    known->second = revision;
    ++received_;
    lag_ms_ = std::max(lag_ms_, (at - event.tweet->tweet.received_at).count());
  }
  events_.push_back(std::make_shared<LiveEvent>(++last_, event, at));
  bytes_ += size_of(event);
}

void LiveRing::trim(Time at) {
  while (!events_.empty() &&
         (events_.size() > limits_.events || bytes_ > limits_.bytes || at - events_.front()->at > limits_.life)) {
    const FeedEvent& old = events_.front()->event;
    bytes_ -= size_of(old);
    if (old.tweet) {
      const auto known = revisions_.find(old.tweet->tweet.id);
      if (known != revisions_.end() && known->second == revision_of(old.tweet->tweet)) revisions_.erase(known);
    }
    events_.pop_front();
  }
  const std::int64_t second = to_ms(at) / 1000;
  if (second == second_) return;
  const auto seconds = static_cast<double>(second_ == 0 ? 1 : std::max<std::int64_t>(1, second - second_));
  pace_ = {static_cast<double>(received_) / seconds, std::max<std::int64_t>(0, lag_ms_)};
  second_ = second;
  received_ = lag_ms_ = 0;
}

LiveEvents LiveRing::read(std::uint64_t seq, std::size_t most, std::uint64_t& first) const {
  const std::lock_guard lock(mutex_);
  first = events_.empty() ? last_ + 1 : events_.front()->seq;
  LiveEvents found;
  if (events_.empty() || seq > last_) return found;
  const std::size_t skip = seq > first ? static_cast<std::size_t>(seq - first) : 0;
  for (std::size_t i = skip; i < events_.size() && found.size() < most; ++i) found.push_back(events_[i]);
  return found;
}

std::uint64_t LiveRing::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

LiveRing::Pace LiveRing::pace() const {
  const std::lock_guard lock(mutex_);
  return pace_;
}

std::uint64_t LiveRing::watch(std::function<void()> wake) {
  const std::lock_guard lock(watchers_mutex_);
  watchers_.emplace(next_watcher_, std::move(wake));
  return next_watcher_++;
}

void LiveRing::forget(std::uint64_t watcher) {
  const std::lock_guard lock(watchers_mutex_);
  watchers_.erase(watcher);
}

void LiveRing::drain() {
  draining_ = true;
  wake_all();
}

void LiveRing::wake_all() {
  // Copied, since wake() may end a client, which then calls forget().
  std::vector<std::function<void()>> wakes;
  {
    const std::lock_guard lock(watchers_mutex_);
    for (const auto& [watcher, wake] : watchers_) wakes.push_back(wake);
  }
  for (const auto& wake : wakes) {
    if (wake) wake();
  }
}

void LiveRing::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(news_mutex_);
      news_.wait_for(lock, stop, kTick, [this] { return fresh_; });
      fresh_ = false;
    }
    if (stop.stop_requested()) return;
    {
      const std::lock_guard lock(mutex_);
      trim(clock_());
    }
    wake_all();
    std::this_thread::sleep_for(kFlush);  // what comes meanwhile leaves in one piece
  }
}

}  // namespace tweetpulse::api
