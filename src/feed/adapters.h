// Which feeds there are. Only app/ and feed/ include this.
#pragma once

#include <memory>
#include <variant>

#include "feed/live_feed.h"

namespace tweetpulse {

struct LocalFeedConfig {};
using FeedConfig = std::variant<LocalFeedConfig>;

Result<std::unique_ptr<LiveFeed>> open(const LocalFeedConfig& config);

}  // namespace tweetpulse
