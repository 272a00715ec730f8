// From a text to its meaning: pure, deterministic, the same on any thread and in any order. Threads: thread-safe.
#pragma once

#include <string_view>

#include "tweet/tweet.h"

namespace tweetpulse {

enum class Profile { fast, full };

// Analyses the text and joins what the source declared (enrichment.md 2.3). Never throws on any valid UTF-8.
EnrichedTweet enrich(Tweet tweet, Profile profile = Profile::full);

// 8 hex digits over the code's revision, the tables and the models; stored with each tweet.
std::string_view analysis_version();

}  // namespace tweetpulse
