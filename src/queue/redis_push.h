// Packed tweets, and how one partition takes them: all in one transaction, or none. Threads: any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "queue/redis_partition.h"
#include "tweet/tweet.h"

namespace tweetpulse {

class PackedTweets {
 public:
  void add(const Tweet& tweet);
  void add_packed(std::string_view payload);
  std::size_t size() const { return ends_.size(); }
  std::size_t bytes() const { return bytes_.size(); }
  std::string_view operator[](std::size_t n) const {
    const auto begin = n == 0 ? 0 : ends_[n - 1];
    return std::string_view(bytes_).substr(begin, ends_[n] - begin);
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

// A queue that was lost begins anew and takes nothing, so that its caller offers the batch again.
Result<> push_to(RedisPartition& partition, const PackedTweets& tweets);

}  // namespace tweetpulse
