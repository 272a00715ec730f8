// When the queue is full because search alone is behind, search gives up its place, so that sources and the store go
// on (delivery.md section 9); the index keeper makes it whole later. Threads: any.
#pragma once

#include "queue/queue.h"

namespace tweetpulse {

// Parks the group `elastic` if it alone fills the queue. True: it was parked now.
Result<bool> park_when_full(Queue& queue);

}  // namespace tweetpulse
