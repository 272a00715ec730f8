// The step of group `elastic`: analyse, index, then tell the live feed. Threads: the returned step by one worker at a
// time; any number of steps at once.
#pragma once

#include "feed/live_feed.h"
#include "search/search_index.h"
#include "worker/batch_worker.h"
#include "worker/enricher.h"

namespace tweetpulse {

Step make_index_step(SearchIndex& index, LiveFeed& feed, Enricher& enricher);

}  // namespace tweetpulse
