// A group of one partition that gives up its place, and takes one again. Threads: any thread.
#pragma once

#include "queue/redis_partition.h"

namespace tweetpulse {

Result<bool> park_group(RedisPartition& partition, std::string_view group);
// "<epoch>/<entries ever passed over>"
Result<std::string> unpark_group(RedisPartition& partition, std::string_view group);
Result<> settle_group(RedisPartition& partition, std::string_view group, std::string_view passed);

}  // namespace tweetpulse
