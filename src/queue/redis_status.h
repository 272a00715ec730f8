// The figures of one partition of the Redis queue, of one moment. Threads: any thread.
#pragma once

#include "queue/queue.h"
#include "queue/redis_partition.h"

namespace tweetpulse {

// Begins the queue anew when it is lost.
Result<QueueStatus> read_status(RedisPartition& partition);
// Adds the figures of another partition.
void add_status(QueueStatus& sum, const QueueStatus& other);

}  // namespace tweetpulse
