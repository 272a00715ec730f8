// Dead letters of one partition of the Redis queue. Threads: any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "queue/queue.h"
#include "queue/redis_partition.h"

namespace tweetpulse {

// A letter and its place in the stream of letters.
struct PlacedLetter {
  std::string place;
  DeadLetter letter;
};

Result<> keep_letter(RedisPartition& partition, const DeadLetter& letter);  // one whose id is known is left as it is
// Newest first, before `before` ("" = from the newest); fewer than `limit` = there are no more.
Result<std::vector<PlacedLetter>> list_letters(RedisPartition& partition, const DeadLetterFilter& filter,
                                               std::size_t limit, const std::string& before);
// False: it was not waiting any more.
Result<bool> close_letter(RedisPartition& partition, const std::string& place, std::string_view how);
Result<std::vector<std::string>> list_dead_tweets(RedisPartition& partition, std::string_view group,
                                                  std::string_view after, std::size_t limit);
Result<std::int64_t> discard_letters_of(RedisPartition& partition, std::span<const std::string> tweet_ids);

}  // namespace tweetpulse
