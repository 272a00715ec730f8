#include "queue/redis_partition.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <random>

#include "base/failpoint.h"
#include "base/log.h"
#include "queue/redis_scripts.h"

namespace tweetpulse {
namespace {

// Acks and burials must go on when memory is full: they are what makes room.
constexpr std::string_view kFlags = "#!lua flags=allow-oom\n";

constexpr std::int64_t kAhead = 1'000'000'000'000;  // as `ahead` of the scripts

std::string new_epoch() {
  std::random_device dice;
  return fmt::format("{:08x}{:08x}", dice(), dice());
}

}  // namespace

EntryId entry_id(std::string_view text) {
  EntryId id;
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return id;
  std::from_chars(text.data(), text.data() + dash, id.ms);
  if (id.ms >= kAhead) id.ms -= kAhead;
  std::from_chars(text.data() + dash + 1, text.data() + text.size(), id.ordinal);
  return id;
}

RedisPartition::RedisPartition(Redis& redis, const RedisQueueConfig& config, std::string stream)
    : redis_(redis), config_(config), stream_(std::move(stream)) {}

std::string RedisPartition::text_of(std::string_view script) const {
  const bool takes_room = script == redis_script::kBegin || script == redis_script::kBuryLetter;
  return takes_room ? std::string(script) : std::string(kFlags) + std::string(script);
}

Result<RedisReply> RedisPartition::run(std::string_view script, const std::vector<std::string>& keys,
                                       std::vector<std::string> arguments) {
  const auto text = text_of(script);
  RedisCommand command = {"EVALSHA", redis_script::sha(text), std::to_string(keys.size())};
  command.insert(command.end(), keys.begin(), keys.end());
  std::move(arguments.begin(), arguments.end(), std::back_inserter(command));
  for (int tries = 0;; ++tries) {
    const auto replies = redis_.pipeline(stream_, std::span(&command, 1));
    if (!replies) return replies.error();
    const auto& reply = replies->front();
    if (!reply.is_error()) return reply;
    if (tries > 0 || !reply.text.starts_with("NOSCRIPT")) return redis_error(reply, "a queue script");
    if (auto loaded = redis_.call(stream_, {"SCRIPT", "LOAD", text}); !loaded) return loaded.error();
  }
}

Result<> RedisPartition::begin(bool lost) {
  const std::lock_guard lock(mutex_);
  const bool known = !epoch_.empty();
  const std::string start = config_.start_from;
  // Without a memory of an earlier epoch the wish for a start is obeyed; with one, whatever is there was not done.
  std::vector<std::string> arguments = {new_epoch(), lost ? "1" : "0", known ? "0" : start};
  arguments.insert(arguments.end(), config_.groups.begin(), config_.groups.end());
  const auto begun = run(redis_script::kBegin, {stream_, key("meta"), key("epoch")}, std::move(arguments));
  if (!begun) return begun.error();
  if (begun->list.size() != 3) return Error{ErrorCode::corrupt, "Redis answers a script of ours with something else."};
  const auto& epoch = begun->list[0].text;
  if (BROKEN("group_at_end") && begun->list[1].integer == 1)
    for (const auto& group : config_.groups) (void)redis_.call(stream_, {"XGROUP", "SETID", stream_, group, "$"});
  if (known && epoch != epoch_ && begun->list[1].integer == 1)
    log::error("queue", "The queue was lost; groups and epoch are made anew.",
               {{"redis", redis_.address()}, {"stream", stream_}, {"epoch", epoch}});
  if (epoch != epoch_) added_ = 0;
  epoch_ = epoch;
  if (begun->list[2].integer > 0)
    log::warn("queue", "A new group skips what was there, as queue.start_from says.",
              {{"stream", stream_}, {"entries", begun->list[2].integer}});
  return {};
}

std::string RedisPartition::epoch() const {
  const std::lock_guard lock(mutex_);
  return epoch_;
}

bool RedisPartition::saw(std::int64_t added) {
  auto known = added_.load();
  while (added > known)
    if (added_.compare_exchange_weak(known, added)) return true;
  return added >= known;
}

}  // namespace tweetpulse
