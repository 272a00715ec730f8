#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "base/log.h"
#include "driver/redis.h"
#include "feed/adapters.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr std::size_t kMessageBytes = 512u << 10, kMostMessageBytes = 8u << 20;  // an event is never split
constexpr std::chrono::seconds kSilence{5};
constexpr milliseconds kListen{200};  // a stop waits as long
constexpr milliseconds kFirstWait{2'000};
constexpr int kRetryFirstMs = 100, kRetryMostMs = 5'000;

// One event a line: "+" and the packed tweet, or "-" and a packed tweet that has nothing but the id.
void append_event(std::string& out, const FeedEvent& event) {
  if (event.type == FeedEvent::Type::tweet) {
    out += '+';
    append_packed(out, *event.tweet);
  } else {
    EnrichedTweet removed;
    removed.tweet.id = event.id;
    out += '-';
    append_packed(out, removed);
  }
  out += '\n';
}

std::vector<FeedEvent> read_events(std::string_view message) {
  std::vector<FeedEvent> events;
  while (!message.empty()) {
    const auto line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(message.size(), line.size() + 1));
    if (line.size() < 2) continue;
    auto tweet = read_packed_enriched(line.substr(1));
    if (!tweet) continue;  // a newer version's: it is shown by the API of that version
    if (line.front() == '-') {
      events.push_back({FeedEvent::Type::removed, nullptr, tweet->tweet.id});
    } else {
      events.push_back({FeedEvent::Type::tweet, std::make_shared<const EnrichedTweet>(std::move(*tweet)), ""});
    }
  }
  return events;
}

// Publishes to a channel of Redis; one thread listens to it and fans out to the watchers of this process.
class RedisFeed final : public LiveFeed {
 public:
  RedisFeed(std::unique_ptr<Redis> redis, std::string channel, std::unique_ptr<LiveFeed> local)
      : redis_(std::move(redis)), channel_(std::move(channel)), local_(std::move(local)) {}

  Result<> publish(std::span<const FeedEvent> events) override {
    std::vector<RedisCommand> commands;
    std::string message;
    const auto send = [&] {
      if (!message.empty()) commands.push_back({"PUBLISH", channel_, std::exchange(message, {})});
    };
    for (const auto& event : events) {
      std::string one;
      append_event(one, event);
      if (message.size() + one.size() > kMessageBytes) send();
      message += one;
    }
    send();
    if (commands.empty()) return {};
    const auto replies = redis_->pipeline(channel_, commands);
    if (!replies) return replies.error();
    for (const auto& reply : *replies)
      if (reply.is_error()) return redis_error(reply, "PUBLISH");
    return {};
  }

  Result<std::unique_ptr<Subscription>> subscribe(Watcher watcher) override {
    auto subscription = local_->subscribe(std::move(watcher));
    if (!subscription) return subscription;
    std::unique_lock lock(mutex_);
    if (!listener_.joinable()) listener_ = std::jthread([this](const std::stop_token& stop) { listen(stop); });
    // What is published after the return is heard, unless Redis is away: then listening begins when it is back.
    heard_.wait_for(lock, kFirstWait, [this] { return listening_; });
    return subscription;
  }

 private:
  void listen(const std::stop_token& stop) {
    std::minstd_rand dice(std::random_device{}());
    int most = kRetryFirstMs;
    while (!stop.stop_requested()) {
      auto session = redis_->session(channel_);
      if (session && (*session)->call({"SUBSCRIBE", channel_}, kFirstWait)) {
        set_listening(true);
        most = kRetryFirstMs;
        pass_on(**session, stop);
        set_listening(false);
      }
      if (stop.stop_requested()) return;
      log::debug("feed", "The live feed is not heard; trying again.", {{"redis", redis_->address()}});
      std::mutex mutex;
      std::condition_variable_any sleeper;
      std::unique_lock waiting(mutex);
      sleeper.wait_for(waiting, stop, milliseconds(std::uniform_int_distribution(1, most)(dice)), [] { return false; });
      most = std::min(2 * most, kRetryMostMs);
    }
  }

  // A silent connection may be a dead one: it is asked. Whatever comes first is taken, the answer or a message.
  void pass_on(RedisSession& session, const std::stop_token& stop) {
    auto heard = steady_clock::now();
    while (!stop.stop_requested()) {
      auto message = session.next(kListen);
      if (message && message->is_nil()) {
        if (steady_clock::now() - heard < kSilence) continue;
        const RedisCommand ping = {"PING"};
        auto answer = session.pipeline(std::span(&ping, 1), kFirstWait);
        if (!answer) return;
        message = std::move(answer->front());
      }
      if (!message) return;
      heard = steady_clock::now();
      if (message->list.size() != 3 || message->list[0].text != "message") continue;
      if (message->list[2].text.size() > kMostMessageBytes) continue;
      if (const auto events = read_events(message->list[2].text); !events.empty()) (void)local_->publish(events);
    }
  }

  void set_listening(bool listening) {
    const std::lock_guard lock(mutex_);
    listening_ = listening;
    heard_.notify_all();
  }

  std::unique_ptr<Redis> redis_;
  const std::string channel_;
  std::unique_ptr<LiveFeed> local_;
  std::mutex mutex_;
  std::condition_variable heard_;
  bool listening_ = false;
  std::jthread listener_;
};

}  // namespace

Result<std::unique_ptr<LiveFeed>> open(const RedisFeedConfig& config) {
  auto redis = Redis::open({.url = config.url, .ca_file = config.ca_file});
  if (!redis) return redis.error();
  auto local = open(LocalFeedConfig{});
  if (!local) return local.error();
  return std::unique_ptr<LiveFeed>(std::make_unique<RedisFeed>(std::move(*redis), config.channel, std::move(*local)));
}

}  // namespace tweetpulse
