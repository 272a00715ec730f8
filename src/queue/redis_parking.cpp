#include "queue/redis_parking.h"

#include <fmt/format.h>

#include "queue/redis_scripts.h"

namespace tweetpulse {
namespace {

std::vector<std::string> keys_of(const RedisPartition& partition) {
  return {partition.stream(), partition.key("meta"), partition.key("epoch")};
}

Error lost(const RedisPartition& partition) {
  return {ErrorCode::unavailable, fmt::format("The queue {} was lost; it begins anew.", partition.stream())};
}

}  // namespace

Result<bool> park_group(RedisPartition& partition, std::string_view group) {
  auto keys = keys_of(partition);
  keys.push_back(partition.suspects(group));
  const auto parked = partition.run(redis_script::kPark, keys, {partition.epoch(), std::string(group)});
  if (!parked) return parked.error();
  if (parked->integer < 0) return lost(partition);
  return parked->integer == 1;
}

Result<std::string> unpark_group(RedisPartition& partition, std::string_view group) {
  const auto epoch = partition.epoch();
  std::vector<std::string> arguments = {epoch, std::string(group)};
  for (const auto& other : partition.config().groups)
    if (other != group) arguments.push_back(other);
  const auto passed = partition.run(redis_script::kUnpark, keys_of(partition), std::move(arguments));
  if (!passed) return passed.error();
  if (passed->integer == -2)
    return Error{ErrorCode::unavailable,
                 fmt::format("Group {} cannot read on yet: another group of {} still holds what it would pass over.",
                             group, partition.stream())};
  if (passed->integer < 0) return lost(partition);
  return fmt::format("{}/{}", epoch, passed->integer);
}

Result<> settle_group(RedisPartition& partition, std::string_view group, std::string_view passed) {
  const auto slash = passed.find('/');
  const auto count = slash == std::string_view::npos ? "" : passed.substr(slash + 1);
  if (count.empty() || count.find_first_not_of("0123456789") != std::string_view::npos)
    return Error{ErrorCode::rejected, fmt::format("'{}' does not name what a group passed over.", passed)};
  const auto settled = partition.run(redis_script::kSettle, keys_of(partition),
                                     {std::string(passed.substr(0, slash)), std::string(group), std::string(count)});
  return settled ? Result<>() : Result<>(settled.error());
}

}  // namespace tweetpulse
