#include "queue/redis_push.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/failpoint.h"
#include "queue/redis_scripts.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr std::chrono::milliseconds kWaitReplicas{2'000};

RedisCommands commands_of(const RedisPartition& partition, const PackedTweets& tweets) {
  const auto& config = partition.config();
  RedisCommands commands;
  commands.add({"MULTI"});
  // By its text: a script that the server has forgotten would guard nothing.
  commands.add({"EVAL", redis_script::kPush, "4", partition.stream(), partition.key("meta"), partition.key("epoch"),
                partition.key("shut"), partition.epoch(), std::to_string(partition.added()),
                std::to_string(config.max_bytes), std::to_string(config.dead_max_bytes),
                std::to_string(config.groups.size()), std::to_string(tweets.bytes()), std::to_string(tweets.size())});
  for (std::size_t n = 0; n < tweets.size(); ++n)
    commands.add({"XADD", partition.stream(), "NOMKSTREAM", "*", "t", tweets[n]});
  if (tweets.size() > 0) commands.add({"EVAL", redis_script::kOpen, "2", partition.stream(), partition.key("shut")});
  commands.add({"EXEC"});
  if (config.wait_replicas > 0 && tweets.size() > 0)
    commands.add({"WAIT", std::to_string(config.wait_replicas), std::to_string(kWaitReplicas.count())});
  return commands;
}

Error push_error(const RedisReply& reply) {
  auto error = redis_error(reply, "a push");
  error.code = ErrorCode::unavailable;  // never the tweets' fault
  return error;
}

// OK FULL DEAD, LOST when epoch, stream or a group is gone, TAIL when it has less than it acknowledged.
Result<std::string> try_push(RedisPartition& partition, const PackedTweets& tweets) {
  const auto replies = partition.redis().pipeline(partition.stream(), commands_of(partition, tweets));
  if (!replies) return replies.error();
  const auto& config = partition.config();
  const bool waited = config.wait_replicas > 0 && tweets.size() > 0;
  const auto& done = (*replies)[replies->size() - (waited ? 2 : 1)];
  // A command that was refused at the door ends the transaction: its own words say why.
  for (const auto& reply : *replies)
    if (reply.is_error() && done.list.empty()) return push_error(reply);
  if (done.list.empty()) return Error{ErrorCode::timeout, "Redis answers a push with something else."};
  if (done.list.front().is_error()) return push_error(done.list.front());
  if (done.list.front().list.size() < 2) return Error{ErrorCode::timeout, "Redis answers a push with something else."};
  const auto& verdict = done.list.front().list[0].text;
  if (verdict != "OK") return verdict;
  const auto taken = [](const RedisReply& id) { return id.type == RedisReply::Type::text; };
  if (!std::all_of(done.list.begin() + 1, done.list.begin() + 1 + static_cast<std::ptrdiff_t>(tweets.size()), taken))
    return Error{ErrorCode::timeout, fmt::format("Redis took a part of a push into {} only.", partition.stream())};
  partition.saw(done.list.front().list[1].integer);
  if (waited && replies->back().integer < config.wait_replicas)
    return Error{ErrorCode::timeout, fmt::format("Only {} of {} Redis replicas have the push: look at the replicas.",
                                                 replies->back().integer, config.wait_replicas)};
  return verdict;
}

}  // namespace

void PackedTweets::add(const Tweet& tweet) {
  append_packed(bytes_, tweet);
  ends_.push_back(bytes_.size());
}

void PackedTweets::add_packed(std::string_view payload) {
  bytes_ += payload;
  ends_.push_back(bytes_.size());
}

Result<> push_to(RedisPartition& partition, const PackedTweets& tweets) {
  if (partition.epoch().empty())
    if (auto begun = partition.begin(); !begun) return begun;
  for (bool trimmed = false;; trimmed = true) {
    const auto verdict = try_push(partition, tweets);
    if (!verdict) return verdict.error();
    if (*verdict == "OK") return {};
    if (*verdict == "FULL" && !trimmed) {
      (void)partition.run(redis_script::kTrim, {partition.stream()}, partition.config().groups);
      continue;
    }
    if (*verdict == "FULL")
      return Error{ErrorCode::unavailable,
                   fmt::format("The queue {} is full ({} bytes wait): let the workers catch up, or raise "
                               "queue.max_bytes.",
                               partition.stream(), partition.config().max_bytes)};
    if (*verdict == "DEAD")
      return Error{ErrorCode::unavailable,
                   fmt::format("There are too many dead letters in {}: redrive or discard some, or raise "
                               "queue.dead_max_bytes.",
                               partition.key("dead"))};
    if (*verdict != "LOST" && *verdict != "TAIL")
      return Error{ErrorCode::unavailable,
                   fmt::format("The queue {} takes no push: {}.", partition.stream(), *verdict)};
    if (auto begun = partition.begin(*verdict == "TAIL"); !begun) return begun;
    if (BROKEN("ignore_epoch")) continue;
    return Error{ErrorCode::unavailable, fmt::format("The queue {} was lost and begins anew.", partition.stream())};
  }
}

}  // namespace tweetpulse
