// Analyses the tweets of a batch; when both groups run in one process each tweet is analysed by whichever group comes
// first and the other takes the result. Threads: any number of workers at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyze/analyze.h"
#include "queue/queue.h"

namespace tweetpulse {

class Enricher {
 public:
  enum class From { front, back };  // two groups that start at opposite ends share the work of a batch

  // sharing: how many groups of this process ask for each tweet (1 or 2).
  Enricher(Profile profile, int sharing);

  std::vector<EnrichedTweet> enrich_all(std::span<const Delivery> batch, From from);
  std::int64_t analysed() const;  // how often the analysis really ran

 private:
  struct Slot {
    std::unique_ptr<EnrichedTweet> ready;  // empty: the group that came first is at work on it
  };
  using Places = std::vector<std::size_t>;  // in a batch

  // Sorts a block: taken = the other group's result is in `out`, mine = to be analysed here, the rest is at work there.
  void claim(std::span<const Delivery> batch, const Places& block, std::vector<EnrichedTweet>& out, Places& mine,
             Places& waiting);
  void offer(std::span<const Delivery> batch, const Places& mine, const std::vector<EnrichedTweet>& out);
  std::unique_ptr<EnrichedTweet> wait_for(const std::string& receipt);
  void forget_oldest();

  const Profile profile_;
  const int sharing_;
  mutable std::mutex mutex_;
  std::condition_variable offered_;
  std::unordered_map<std::string, Slot> slots_;
  std::deque<std::string> order_;
  std::int64_t analysed_ = 0;
};

}  // namespace tweetpulse
