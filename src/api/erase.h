// Erasing by the API: the action goes the way of every action, and the tombstone is committed before the answer.
// Threads: any.
#pragma once

#include "api/ports.h"
#include "tweet/tweet.h"

namespace tweetpulse::api {

// Durable: when it returns. Index, counts and live clients follow through the queue. Repeating it changes nothing.
Result<> erase_tweet(const Ports& ports, const std::string& id);
Result<> erase_author(const Ports& ports, const std::string& author_id);

}  // namespace tweetpulse::api
