// What was just indexed, to whoever is watching. Nothing is kept: a watcher that comes later has missed it.
// Threads: publish from any thread; callbacks run on the publisher's (or the adapter's) thread and must not block.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "tweet/tweet.h"

namespace tweetpulse {

struct FeedEvent {
  enum class Type { tweet, removed };
  Type type = Type::tweet;
  std::shared_ptr<const EnrichedTweet> tweet;  // for tweet
  std::string id;                              // for removed
};

class LiveFeed {
 public:
  using Watcher = std::function<void(std::span<const FeedEvent>)>;
  class Subscription {
   public:
    virtual ~Subscription() = default;  // no callback runs after it returns
  };
  virtual ~LiveFeed() = default;
  virtual Result<> publish(std::span<const FeedEvent> events) = 0;
  virtual Result<std::unique_ptr<Subscription>> subscribe(Watcher watcher) = 0;
};

}  // namespace tweetpulse
