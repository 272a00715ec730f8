#include "ingest/lost_queue.h"

#include <algorithm>

#include "base/failpoint.h"
#include "base/log.h"
#include "base/metrics.h"

namespace tweetpulse {
namespace {

constexpr std::string_view kEpoch = "queue.epoch", kLostSince = "queue.lost_since", kSource = "queue",
                           kCause = "queue_lost";

const GroupStatus* persist_of(const QueueStatus& status) {
  for (const auto& group : status.groups)
    if (group.name == "persist") return &group;
  return nullptr;
}

}  // namespace

Result<std::int64_t> recorded_losses(Books& books) {
  const auto gaps = books.gaps(std::nullopt, std::nullopt);
  if (!gaps) return gaps.error();
  std::int64_t lost = 0;
  for (const auto& gap : *gaps)
    if (gap.cause == kCause) lost += gap.lost.value_or(0);
  return lost;
}

Result<bool> LostQueue::tick() {
  if (BROKEN("ignore_epoch")) return false;
  const auto status = queue_.status();
  if (!status) return status.error();
  const auto known = books_.setting(kEpoch);
  if (!known) return known.error();
  if (known->empty()) {
    if (auto noted = books_.set_setting(kEpoch, status->epoch); !noted) return noted.error();
  } else if (*known != status->epoch) {
    if (auto gone_back = go_back(*status, *known); !gone_back) return gone_back.error();
  }
  const bool lost = !epoch_.empty() && epoch_ != status->epoch;
  epoch_ = status->epoch;
  if (auto counted = count_loss(*status); !counted) return counted.error();
  return lost || (!known->empty() && *known != status->epoch);
}

// Rewinding twice is safe: an older cursor only reads again what every sink takes again.
Result<> LostQueue::go_back(const QueueStatus& status, std::string_view known) {
  log::error("ingest", "The queue was lost and began anew; sources with a cursor read again what was not stored.",
             {{"epoch", status.epoch}, {"lost_epoch", known}});
  metrics::counter("queue_lost_total", "Times that the queue was lost.", {{"adapter", status.adapter}}).add();
  const auto cursors = books_.cursors();
  if (!cursors) return cursors.error();
  const auto minute = std::chrono::floor<std::chrono::minutes>(now());
  for (const auto& cursor : *cursors) {
    if (cursor.pushed == cursor.stored) continue;
    auto back = cursor.stored.empty() ? books_.forget_cursor(cursor.source)
                                      : books_.checkpoint(cursor.source, cursor.stored, {}, minute);
    if (!back) return back;
  }
  if (auto noted = books_.set_setting("queue.lost_epochs", known); !noted) return noted;
  if (auto noted = books_.set_setting(kLostSince, std::to_string(to_ms(now()))); !noted) return noted;
  return books_.set_setting(kEpoch, status.epoch);
}

// accepted = entries of this epoch + done in earlier ones + lost, once ledger and queue stand still for a moment.
Result<> LostQueue::count_loss(const QueueStatus& status) {
  const auto since = books_.setting(kLostSince);
  if (!since) return since.error();
  const auto* persist = persist_of(status);
  if (since->empty() || persist == nullptr) return {};
  const auto recorded = recorded_losses(books_);
  if (!recorded) return recorded.error();
  const auto totals = books_.totals();
  if (!totals) return totals.error();
  const auto workers = books_.worker_totals();
  if (!workers) return workers.error();
  const auto done_before = workers->done() - persist->done;
  const auto lost = std::max<std::int64_t>(0, totals->accepted - status.entries_added - done_before - *recorded);
  const bool steady = reading_ == lost;
  reading_ = lost;
  if (!steady) return {};
  reading_.reset();
  Gap gap;
  gap.source = kSource;
  gap.cause = kCause;
  gap.from = from_ms(std::stoll(*since));
  gap.to = now();
  gap.lost = lost;
  if (auto noted = books_.open_gap(gap); !noted) return noted;
  return books_.set_setting(kLostSince, "");
}

}  // namespace tweetpulse
