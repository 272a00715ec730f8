// Which feeds there are. Only app/ and feed/ include this.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "feed/live_feed.h"

namespace tweetpulse {

struct LocalFeedConfig {};
struct RedisFeedConfig {
  std::string url, ca_file;  // as of the queue
  std::string channel = "tweets:live";
};
using FeedConfig = std::variant<LocalFeedConfig, RedisFeedConfig>;

Result<std::unique_ptr<LiveFeed>> open(const LocalFeedConfig& config);
Result<std::unique_ptr<LiveFeed>> open(const RedisFeedConfig& config);

}  // namespace tweetpulse
