#include "ingest/parking.h"

#include <algorithm>

#include "base/log.h"

namespace tweetpulse {
namespace {

constexpr double kFull = 0.9;         // of max_bytes: from there on pushes may be refused
constexpr std::int64_t kFollows = 4;  // a group with a quarter of the other's backlog is not what fills the queue

const GroupStatus* group_of(const QueueStatus& status, std::string_view name) {
  const auto found = std::ranges::find(status.groups, name, &GroupStatus::name);
  return found == status.groups.end() ? nullptr : &*found;
}

std::int64_t backlog(const GroupStatus& group) {
  return group.lag + group.pending;
}

}  // namespace

Result<bool> park_when_full(Queue& queue) {
  const auto status = queue.status();
  if (!status) return status.error();
  const auto* search = group_of(*status, "elastic");
  const auto* store = group_of(*status, "persist");
  if (search == nullptr || store == nullptr || search->parked_at || status->max_bytes <= 0) return false;
  if (static_cast<double>(status->bytes) < kFull * static_cast<double>(status->max_bytes)) return false;
  if (backlog(*store) * kFollows > backlog(*search)) return false;
  auto parked = queue.park("elastic");
  if (!parked && parked.error().code == ErrorCode::rejected) return false;  // this queue parks nothing
  if (parked && *parked)
    log::warn("ingest",
              "The queue was full and search alone behind: search is parked and refilled from the store later.",
              {{"entries", backlog(*search)}});
  return parked;
}

}  // namespace tweetpulse
