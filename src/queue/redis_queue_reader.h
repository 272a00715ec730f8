// One consumer's place in a group of the Redis queue. Threads: one at a time; renewing runs beside it.
#pragma once

#include <memory>
#include <vector>

#include "queue/queue.h"
#include "queue/redis_partition.h"

namespace tweetpulse {

using RedisPartitions = std::vector<std::unique_ptr<RedisPartition>>;

std::unique_ptr<QueueReader> join_redis_group(const RedisPartitions& partitions, std::string_view group,
                                              std::string_view consumer);

}  // namespace tweetpulse
