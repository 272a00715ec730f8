#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "queue/adapters.h"
#include "queue/queue_metrics.h"
#include "queue/redis_checks.h"
#include "queue/redis_dead_letters.h"
#include "queue/redis_parking.h"
#include "queue/redis_push.h"
#include "queue/redis_queue_reader.h"
#include "queue/redis_status.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

class RedisQueue final : public Queue {
 public:
  RedisQueue(RedisQueueConfig config, std::unique_ptr<Redis> redis, const RedisDurability& durability)
      : config_(std::move(config)), redis_(std::move(redis)), durable_(durability.durable) {
    if (durability.max_memory > 0) config_.max_bytes = std::min(config_.max_bytes, durability.max_memory / 5 * 4);
    if (config_.partitions == 1 && !redis_->is_cluster()) {
      partitions_.push_back(std::make_unique<RedisPartition>(*redis_, config_, config_.stream));
      return;
    }
    for (int p = 0; p < config_.partitions; ++p)
      partitions_.push_back(
          std::make_unique<RedisPartition>(*redis_, config_, fmt::format("{}:{{{}}}", config_.stream, p)));
  }

  Result<> begin() {
    for (const auto& partition : partitions_)
      if (auto begun = partition->begin(); !begun) return begun;
    return {};
  }

  Result<> push(std::span<const Tweet> tweets) override {
    std::vector<PackedTweets> packed(partitions_.size());
    for (const auto& tweet : tweets) {
      const auto p = partitions_.size() == 1 ? 0 : XXH3_64bits(tweet.id.data(), tweet.id.size()) % partitions_.size();
      packed[p].add(tweet);
    }
    for (std::size_t p = 0; p < packed.size(); ++p)
      if (packed[p].size() > 0)
        if (auto pushed = push_to(*partitions_[p], packed[p]); !pushed) return pushed;
    return {};
  }

  Result<std::unique_ptr<QueueReader>> join(std::string_view group, std::string_view consumer) override {
    if (auto named = known_group(group); !named) return named.error();
    return join_redis_group(partitions_, group, consumer);
  }

  Result<> bury(std::span<const DeadLetter> letters) override {
    for (const auto& letter : letters) {
      if (auto kept = keep_letter(*partitions_.front(), letter); !kept) return kept;
      count_buried(letter.group, letter.reason);
    }
    return {};
  }

  // Partition after partition: <partition>/<place> is where a page ends.
  Result<DeadLetterPage> dead_letters(const DeadLetterFilter& filter, std::size_t limit,
                                      std::string_view after) override {
    std::size_t p = 0;
    std::string before(after);
    if (const auto slash = after.find('/'); slash != std::string_view::npos) {
      p = static_cast<std::size_t>(std::atoi(std::string(after).c_str()));
      before = after.substr(slash + 1);
    }
    if (!after.empty() && (p >= partitions_.size() || entry_id(before).ms == 0))
      return Error{ErrorCode::rejected, fmt::format("'{}' is no place in the dead letters: pass `next` of the page "
                                                    "before",
                                                    after)};
    DeadLetterPage page;
    std::string last;
    for (; p < partitions_.size(); ++p, before.clear()) {
      const auto found = list_letters(*partitions_[p], filter, limit - page.letters.size() + 1, before);
      if (!found) return found.error();
      for (const auto& placed : *found) {
        if (page.letters.size() == limit) {
          page.next = last;
          return page;
        }
        page.letters.push_back(placed.letter);
        last = fmt::format("{}/{}", p, placed.place);
      }
    }
    return page;
  }

  Result<std::int64_t> redrive(const DeadLetterFilter& filter) override {
    std::int64_t pushed = 0, skipped = 0;
    const auto again = [&](RedisPartition& partition, const PlacedLetter& placed) -> Result<> {
      if (placed.letter.group == "ingest" || !read_packed(placed.letter.payload)) {
        ++skipped;
        return {};
      }
      PackedTweets payload;
      payload.add_packed(placed.letter.payload);
      if (auto done = push_to(partition, payload); !done) return done;
      ++pushed;
      const auto closed = close_letter(partition, placed.place, "redriven");
      return closed ? Result<>() : Result<>(closed.error());
    };
    if (auto done = each_letter(filter, again); !done) return done.error();
    if (pushed == 0 && skipped > 0)
      return Error{ErrorCode::rejected, fmt::format("none of the {} dead letters holds a tweet to push again: correct "
                                                    "the input and send it anew, or discard them",
                                                    skipped)};
    return pushed;
  }

  Result<std::int64_t> discard(const DeadLetterFilter& filter) override {
    std::int64_t discarded = 0;
    const auto drop = [&](RedisPartition& partition, const PlacedLetter& placed) -> Result<> {
      const auto closed = close_letter(partition, placed.place, "discarded");
      if (!closed) return closed.error();
      discarded += *closed ? 1 : 0;
      return {};
    };
    if (auto done = each_letter(filter, drop); !done) return done.error();
    return discarded;
  }

  Result<std::vector<std::string>> dead_tweet_ids(std::string_view group, std::string_view after,
                                                  std::size_t limit) override {
    std::vector<std::string> all;
    for (const auto& partition : partitions_) {
      const auto ids = list_dead_tweets(*partition, group, after, limit);
      if (!ids) return ids.error();
      all.insert(all.end(), ids->begin(), ids->end());
    }
    std::sort(all.begin(), all.end());
    all.resize(std::min(all.size(), limit));
    return all;
  }

  Result<std::int64_t> discard_tweets(std::span<const std::string> tweet_ids) override {
    std::int64_t sum = 0;
    for (const auto& partition : partitions_) {
      const auto discarded = discard_letters_of(*partition, tweet_ids);
      if (!discarded) return discarded.error();
      sum += *discarded;
    }
    return sum;
  }

  Result<bool> park(std::string_view group) override {
    if (group == "persist" || config_.groups.size() < 2)
      return Error{ErrorCode::rejected, fmt::format("Group {} is never parked: the sources wait for it.", group)};
    if (auto named = known_group(group); !named) return named.error();
    bool any = false;
    for (const auto& partition : partitions_) {
      const auto parked = park_group(*partition, group);
      if (!parked) return parked;
      any = any || *parked;
    }
    return any;
  }

  // One name for all partitions: theirs, with commas between.
  Result<std::string> unpark(std::string_view group) override {
    if (auto named = known_group(group); !named) return named.error();
    std::string all;
    for (const auto& partition : partitions_) {
      const auto passed = unpark_group(*partition, group);
      if (!passed) return passed;
      all += (all.empty() ? "" : ",") + *passed;
    }
    return all;
  }

  Result<> settle(std::string_view group, std::string_view passed) override {
    for (const auto& partition : partitions_) {
      const auto one = passed.substr(0, passed.find(','));
      if (auto settled = settle_group(*partition, group, one); !settled) return settled;
      passed.remove_prefix(std::min(passed.size(), one.size() + 1));
    }
    return {};
  }

  Result<QueueStatus> status() override {
    std::optional<QueueStatus> sum;
    for (const auto& partition : partitions_) {
      auto status = read_status(*partition);
      if (!status) return status.error();
      if (sum)
        add_status(*sum, *status);
      else
        sum = std::move(*status);
    }
    sum->durable = durable_;
    sum->max_bytes = config_.max_bytes * static_cast<std::int64_t>(partitions_.size());
    return *sum;
  }

  std::string epoch() override {
    std::string all;
    for (const auto& partition : partitions_) all += (all.empty() ? "" : ",") + partition->epoch();
    return all;
  }

  Result<> ping() override {
    for (const auto& partition : partitions_)
      if (auto pushed = push_to(*partition, {}); !pushed) return pushed;
    return {};
  }

 private:
  Result<> known_group(std::string_view group) const {
    if (std::find(config_.groups.begin(), config_.groups.end(), group) != config_.groups.end()) return {};
    return Error{ErrorCode::not_found, fmt::format("There is no group {}: queue.groups names them.", group)};
  }

  template <class Use>
  Result<> each_letter(const DeadLetterFilter& filter, Use use) {
    constexpr std::size_t kPage = 500;
    for (const auto& partition : partitions_) {
      for (std::string before;;) {
        const auto page = list_letters(*partition, filter, kPage, before);
        if (!page) return page.error();
        for (const auto& placed : *page) {
          before = placed.place;
          if (auto used = use(*partition, placed); !used) return used;
        }
        if (page->size() < kPage) break;
      }
    }
    return {};
  }

  RedisQueueConfig config_;
  std::unique_ptr<Redis> redis_;
  RedisPartitions partitions_;
  const bool durable_;
};

}  // namespace

Result<std::unique_ptr<Queue>> open(const RedisQueueConfig& config) {
  auto redis = Redis::open({.url = config.url, .ca_file = config.ca_file});
  if (!redis) return redis.error();
  const auto durability = check_durability(**redis);
  if (!durability) return durability.error();
  if (!durability->durable && config.require_durable)
    return Error{ErrorCode::rejected,
                 fmt::format("Redis at {} may lose what it acknowledged, and queue.require_durable is set: {}.",
                             (*redis)->address(), durability->remedy)};
  if (!durability->durable)
    log::warn("queue", "Redis may lose what it acknowledged when it or its power fails.",
              {{"redis", (*redis)->address()}, {"remedy", durability->remedy}});
  auto queue = std::make_unique<RedisQueue>(config, std::move(*redis), *durability);
  if (auto begun = queue->begin(); !begun) return begun.error();
  return std::unique_ptr<Queue>(std::move(queue));
}

}  // namespace tweetpulse
