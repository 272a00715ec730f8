#include "api/recent_figures.h"

#include <algorithm>

#include "queue/queue.h"
#include "search/search_index.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {
namespace {

constexpr std::chrono::milliseconds kCounterLife{1000}, kLagLife{100};

std::optional<std::int64_t> known(const Result<std::int64_t>& counter) {
  return counter ? std::optional(*counter) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> search_changes(const Ports& ports, Shared& shared) {
  return shared.search_changes.get(kCounterLife, [&] { return known(ports.search.change_counter()); });
}

std::optional<std::int64_t> store_changes(const Ports& ports, Shared& shared) {
  return shared.store_changes.get(kCounterLife, [&] { return known(ports.store.change_counter()); });
}

std::int64_t behind_ms(const Ports& ports, Shared& shared) {
  return shared.behind_ms.get(kLagLife, [&]() -> std::int64_t {
    const auto status = ports.queue.status();
    if (!status) return 0;
    for (const GroupStatus& group : status->groups) {
      if (group.name != "elastic" || !group.oldest_accepted) continue;
      // At least 1: a tweet that waits is never "none".
      return std::max<std::int64_t>(1, (ports.clock() - *group.oldest_accepted).count());
    }
    return 0;
  });
}

}  // namespace tweetpulse::api
