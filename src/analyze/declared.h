// Joins what the source declared about a text's entities with what we found. Threads: pure function.
#pragma once

#include "tweet/tweet.h"

namespace tweetpulse {

// X, the simulator and neutral input: our spans stay, a declared one at the same place adds ids, targets and titles.
// Bluesky and Mastodon: declared spans are the truth (links there are shortened), ours stay where nothing overlaps.
void join_declared(const Tweet& tweet, Analysis& analysis);

}  // namespace tweetpulse
