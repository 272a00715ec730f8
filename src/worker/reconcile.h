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

// none: compare only. refill: index what is missing or stale; safe while the workers run. all: remove what the store
// does not know, too; only at rest, for a worker may be ahead of the other.
enum class Repair { none, refill, all };

// Walks both sides. `dead` = ids that are dead letters of group elastic or persist: not expected on their side.
// The figures are those found before a repair.
Result<Drift> reconcile(TweetStore& store, SearchIndex& index, Queue& queue, Repair repair);

}  // namespace tweetpulse
