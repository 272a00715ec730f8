// The parameters of /api/tweets as a filter of the store. Threads: port calls.
#pragma once

#include <variant>

#include "api/ports.h"
#include "api/route.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {

// Or the answer that refuses: an unknown since_id, a store that is away.
std::variant<TweetFilter, Response> filter_of(const Ports& ports, const Request& request);

}  // namespace tweetpulse::api
