// Brings the search index to the state of the store: what is missing or stale is indexed, what is erased is removed.
// Constant memory: both sides are read in id order and merged. Threads: one caller at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "queue/queue.h"
#include "search/search_index.h"
#include "store/tweet_store.h"

namespace tweetpulse {

struct Drift {  // how the index differs from the store
  std::int64_t documents = 0, missing = 0, stale = 0, unknown = 0, erased = 0;
  std::vector<std::string> examples;  // up to 20 ids
  bool none() const { return missing == 0 && stale == 0 && unknown == 0; }
};

// Walks both sides. `dead` = ids that are dead letters of group elastic or persist: not expected on their side.
// `repair` indexes and removes what differs; the figures are those found before.
Result<Drift> reconcile(TweetStore& store, SearchIndex& index, Queue& queue, bool repair);

}  // namespace tweetpulse
