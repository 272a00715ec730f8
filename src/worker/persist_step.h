// The step of group `persist`: analyse, store with the hourly counts, then take back from feed and dead letters what
// the batch erased. Threads: as index_step.
#pragma once

#include "feed/live_feed.h"
#include "store/tweet_store.h"
#include "worker/batch_worker.h"
#include "worker/enricher.h"

namespace tweetpulse {

Step make_persist_step(TweetStore& store, Queue& queue, LiveFeed& feed, Enricher& enricher, std::string consumer);

}  // namespace tweetpulse
