#include "worker/rollup.h"

#include <algorithm>
#include <vector>

#include "base/failpoint.h"
#include "base/metrics.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::chrono::hours kAllEvery{24};
constexpr std::chrono::seconds kOverlap{60};  // longest that a transaction may take after it stamped its rows

}  // namespace

// The versions of the documents are read between two readings of the rows: whoever sleeps after that finds other
// versions, and its values are refused.
Result<Rollup::Page> Rollup::copy_page(Time since, const std::optional<HourRow>& after) {
  const auto keys = store_.hour_rows(since, after, kPage);
  if (!keys) return keys.error();
  Page page;
  if (keys->empty()) return page;
  page.read = static_cast<std::int64_t>(keys->size());
  page.last = keys->back();
  const auto versions = index_.versions(*keys);
  if (!versions) return versions.error();
  const auto values = store_.hour_rows(since, after, kPage + kPage / 2);
  if (!values) return values.error();
  std::vector<HourRow> rows;
  std::vector<std::string> their_versions;
  auto value = values->begin();
  for (std::size_t i = 0; i < keys->size(); ++i) {
    while (value != values->end() && value->key() < (*keys)[i].key()) ++value;
    if (value == values->end()) break;
    if (value->key() != (*keys)[i].key()) continue;
    rows.push_back(*value);
    their_versions.push_back((*versions)[i]);
    newest_ = std::max(newest_, value->changed_at);
  }
  FAILPOINT("before_rollup_put");
  const auto refused = index_.put(rows, their_versions);
  if (!refused) return refused.error();
  page.refused = *refused;
  return page;
}

Result<std::int64_t> Rollup::pass() {
  const auto moment = std::chrono::steady_clock::now();
  const bool all = !all_at_ || moment - *all_at_ > kAllEvery;
  const auto newest_before = newest_;
  const Time since = all ? Time{} : newest_ - kOverlap;
  std::int64_t written = 0, refused = 0;
  for (std::optional<HourRow> after;;) {
    const auto page = copy_page(since, after);
    if (!page) return page.error();
    if (!page->last) break;
    after = page->last;
    written += page->read - page->refused;
    refused += page->refused;
  }
  if (refused > 0) {
    metrics::counter("worker_rollup_refused_total", "Hour rows that another writer had changed meanwhile; read again.")
        .add(static_cast<double>(refused));
    newest_ = newest_before;
  } else if (all) {
    all_at_ = moment;
  }
  return written;
}

}  // namespace tweetpulse
