#include "app/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "app/thousands.h"
#include "ingest/lost_queue.h"
#include "worker/reconcile.h"
#include "worker/rollup.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kPage = 5'000, kExamples = 20;

Result<std::vector<std::string>> read_ids(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return Error{ErrorCode::rejected, fmt::format("--ids: {} cannot be read.", file.string())};
  std::vector<std::string> ids;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) ids.push_back(std::move(line));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Result<std::vector<std::string>> dead_ids(Queue& queue, std::string_view group) {
  std::vector<std::string> all;
  for (std::string after;;) {
    auto page = queue.dead_tweet_ids(group, after, kPage);
    if (!page) return page.error();
    if (page->empty()) return all;
    after = page->back();
    all.insert(all.end(), page->begin(), page->end());
  }
}

struct Comparison {
  std::int64_t rows = 0, missing = 0, unknown = 0;
  std::vector<std::string> missing_ids, unknown_ids;
};

// Both sides in byte order of id.
Result<Comparison> compare(TweetStore& store, const std::vector<std::string>& accepted,
                           const std::vector<std::string>& dead) {
  Comparison found;
  auto next = accepted.begin();
  const auto miss = [&](const std::string& id) {
    if (std::binary_search(dead.begin(), dead.end(), id)) return;
    ++found.missing;
    if (found.missing_ids.size() < kExamples) found.missing_ids.push_back(id);
  };
  for (std::string after;;) {
    const auto page = store.revisions(after, kPage);
    if (!page) return page.error();
    if (page->empty()) break;
    after = page->back().id;
    for (const auto& row : *page) {
      ++found.rows;
      while (next != accepted.end() && *next < row.id) miss(*next++);
      if (next != accepted.end() && *next == row.id) {
        ++next;
        continue;
      }
      ++found.unknown;
      if (found.unknown_ids.size() < kExamples) found.unknown_ids.push_back(row.id);
    }
  }
  while (next != accepted.end()) miss(*next++);
  return found;
}

CheckLine lossless_by_books(const QueueStatus& status, const WorkerTotals& totals) {
  CheckLine line{.name = "lossless"};
  for (const auto& group : status.groups) {
    if (group.name != "persist") continue;
    line.ok = totals.done() >= group.done;  // the store also knows what queues did that were lost
    line.found =
        fmt::format("{} entries done, {} of them in the store's ledger (by the books; --ids FILE compares ids)",
                    thousands(group.done), thousands(totals.done()));
    line.remedy = "replay the source again: every sink takes a repetition";
  }
  return line;
}

CheckLine unique_by_books(const TweetStore::Recount& recount, const WorkerTotals& totals, std::int64_t dead) {
  CheckLine line{.name = "unique"};
  line.ok = totals.created == recount.rows;
  line.found = fmt::format("{} rows, {} created by the workers, {} dead letters (persist)", thousands(recount.rows),
                           thousands(totals.created), thousands(dead));
  return line;
}

Result<> check_ids(Runtime& runtime, const VerifyOptions& options, const QueueStatus& status,
                   const TweetStore::Recount& recount, std::vector<CheckLine>& lines) {
  auto dead = dead_ids(*runtime.queue, "persist");
  if (!dead) return dead.error();
  const auto totals = runtime.store->books().worker_totals();
  if (!totals) return totals.error();
  if (options.ids.empty()) {
    lines.push_back(lossless_by_books(status, *totals));
    lines.push_back(unique_by_books(recount, *totals, static_cast<std::int64_t>(dead->size())));
    return {};
  }
  const auto accepted = read_ids(options.ids);
  if (!accepted) return accepted.error();
  auto either = *dead;
  std::sort(either.begin(), either.end());
  const auto found = compare(*runtime.store, *accepted, either);
  if (!found) return found.error();
  lines.push_back(
      {.name = "lossless",
       .ok = found->missing == 0,
       .found = fmt::format("{} ids accepted, {} missing", thousands(static_cast<std::int64_t>(accepted->size())),
                            thousands(found->missing)),
       .more = found->missing_ids,
       .remedy = "replay the source again: every sink takes a repetition"});
  lines.push_back({.name = "unique",
                   .ok = found->unknown == 0,
                   .found = fmt::format("{} rows, {} unknown, {} dead letters (persist)", thousands(found->rows),
                                        thousands(found->unknown), thousands(static_cast<std::int64_t>(dead->size()))),
                   .more = found->unknown_ids,
                   .remedy = "the rows were never accepted: were they in the store before?"});
  return {};
}

CheckLine check_hours(const TweetStore::Recount& recount) {
  CheckLine line{.name = "hourly"};
  line.ok = recount.different_hours.empty() && recount.tweets_in_hours == recount.live_rows;
  line.found =
      fmt::format("{} hour rows, {} tweets, {}", thousands(recount.hour_rows), thousands(recount.tweets_in_hours),
                  line.ok ? std::string("equal both ways")
                          : fmt::format("{} live rows; the recount differs", thousands(recount.live_rows)));
  line.more = recount.different_hours;
  line.remedy = "tweetpulse verify --repair";
  return line;
}

CheckLine check_search(const Drift& drift, std::int64_t dead) {
  CheckLine line{.name = "search", .ok = drift.none()};
  line.found = fmt::format("{} documents, {} missing, {} stale, {} unknown, {} erased, {} dead letters (elastic)",
                           thousands(drift.documents), thousands(drift.missing), thousands(drift.stale),
                           thousands(drift.unknown), thousands(drift.erased), thousands(dead));
  line.more = drift.examples;
  line.remedy = "tweetpulse verify --repair";
  return line;
}

// The copy of the hour rows in the index, if it keeps one: rows of count 0 do not matter.
Result<std::int64_t> different_hours(TweetStore& store, HourIndex& index, std::vector<std::string>& examples) {
  std::map<HourRow, std::int64_t, decltype([](const HourRow& a, const HourRow& b) { return a.key() < b.key(); })> rest;
  for (std::optional<HourRow> after;;) {
    const auto rows = store.hour_rows(Time{}, after, kPage);
    if (!rows) return rows.error();
    if (rows->empty()) break;
    for (const auto& row : *rows)
      if (row.tweets != 0) rest[row] += row.tweets;
    after = rows->back();
  }
  for (std::optional<HourRow> after;;) {
    const auto rows = index.rows(after, kPage);
    if (!rows) return rows.error();
    if (rows->empty()) break;
    for (const auto& row : *rows)
      if (row.tweets != 0) rest[row] -= row.tweets;
    after = rows->back();
  }
  std::int64_t different = 0;
  for (const auto& [row, count] : rest) {
    if (count == 0) continue;
    ++different;
    if (examples.size() < kExamples)
      examples.push_back(fmt::format("hour {} {} {} {} {}: {:+} against the index", format_rfc3339(row.hour),
                                     row.source, row.kind, row.lang, row.sentiment, count));
  }
  return different;
}

Result<> repair_search(Runtime& runtime) {
  const auto repaired = reconcile(*runtime.store, *runtime.search, *runtime.queue, Repair::all);
  if (!repaired) return repaired.error();
  auto* hours = runtime.search->hours();
  if (hours == nullptr) return {};
  const auto copied = Rollup(*runtime.store, *hours).pass();
  return copied ? Result<>() : Result<>(copied.error());
}

Result<CheckLine> check_queue(const QueueStatus& status, Books& books) {
  CheckLine line{.name = "queue"};
  line.found = fmt::format("{}, epoch {}", status.adapter, status.epoch);
  for (const auto& group : status.groups) {
    line.found += fmt::format("; {} lag {} pending {}", group.name, thousands(group.lag), thousands(group.pending));
    line.ok = line.ok && group.lag == 0 && group.pending == 0;
  }
  const auto cursors = books.cursors();
  if (!cursors) return cursors.error();
  for (const auto& cursor : *cursors)
    if (cursor.pushed != cursor.stored) {
      line.ok = false;
      line.more.push_back(fmt::format("{}: stored cursor is behind the pushed one", cursor.source));
    }
  line.remedy = "start `tweetpulse run` and wait until it is at rest";
  return line;
}

Result<CheckLine> check_books(Runtime& runtime, const QueueStatus& status, const TweetStore::Recount& recount) {
  const auto tally = runtime.store->books().totals();
  if (!tally) return tally.error();
  const auto totals = runtime.store->books().worker_totals();
  if (!totals) return totals.error();
  CheckLine line{.name = "books"};
  const auto lost = recorded_losses(runtime.store->books());
  if (!lost) return lost.error();
  std::int64_t done_before = 0;  // in queues that were lost; 0 when none was
  for (const auto& group : status.groups)
    if (group.name == "persist") done_before = totals->done() - group.done;
  const auto recovered = status.entries_added + done_before + *lost - tally->accepted;
  line.found = fmt::format("received {} = refused {} + filtered {} + duplicate {} + accepted {}",
                           thousands(tally->received), thousands(tally->refused_total()), thousands(tally->filtered),
                           thousands(tally->duplicate), thousands(tally->accepted));
  line.ok = recovered >= 0 && totals->created == recount.rows &&
            tally->received == tally->refused_total() + tally->filtered + tally->duplicate + tally->accepted;
  const auto epochs = runtime.store->books().setting("queue.lost_epochs");
  line.ok = line.ok && (done_before == 0 || (epochs && !epochs->empty()));
  if (done_before > 0 || *lost > 0)
    line.more.push_back(fmt::format("the queue was lost: {} done before, {} accepted tweets lost (gaps: /api/ledger)",
                                    thousands(done_before), thousands(*lost)));
  if (recovered > 0)
    line.more.push_back(fmt::format("recovered {}: pushed again after a kill, or redriven", thousands(recovered)));
  for (const auto& group : status.groups) {
    const auto in_flight = group.lag + group.pending;
    auto text = fmt::format("{}: accepted {} = done {} + dead letters {} + in flight {}", group.name,
                            thousands(status.entries_added), thousands(group.done), thousands(group.buried),
                            thousands(in_flight));
    if (group.skipped > 0) text += fmt::format(" + skipped {}", thousands(group.skipped));
    line.ok = line.ok && status.entries_added == group.done + group.buried + in_flight + group.skipped;
    if (group.name == "persist") {
      text += fmt::format("; done = new {} + changed {} + erased {} + duplicate {}", thousands(totals->created),
                          thousands(totals->changed), thousands(totals->erased), thousands(totals->duplicate));
      line.ok = line.ok && group.done + done_before == totals->done();
    }
    line.more.push_back(std::move(text));
  }
  line.remedy = "save the data folder and report it: the equations hold by construction";
  return line;
}

}  // namespace

Result<bool> at_rest(Queue& queue) {
  const auto status = queue.status();
  if (!status) return status.error();
  return std::all_of(status->groups.begin(), status->groups.end(),
                     [](const GroupStatus& group) { return group.lag == 0 && group.pending == 0; });
}

Result<std::vector<CheckLine>> verify(Runtime& runtime, const VerifyOptions& options) {
  std::vector<CheckLine> lines;
  if (options.repair)
    if (auto repaired = runtime.store->repair_hours(); !repaired) return repaired.error();
  const auto status = runtime.queue->status();
  if (!status) return status.error();
  const auto recount = runtime.store->recount();
  if (!recount) return recount.error();
  if (auto checked = check_ids(runtime, options, *status, *recount, lines); !checked) return checked.error();
  if (options.hourly) lines.push_back(check_hours(*recount));
  if (options.repair)
    if (auto repaired = repair_search(runtime); !repaired) return repaired.error();
  const auto drift = reconcile(*runtime.store, *runtime.search, *runtime.queue, Repair::none);
  if (!drift) return drift.error();
  const auto dead = dead_ids(*runtime.queue, "elastic");
  if (!dead) return dead.error();
  auto search = check_search(*drift, static_cast<std::int64_t>(dead->size()));
  if (auto* hours = runtime.search->hours(); hours != nullptr && options.hourly) {
    const auto different = different_hours(*runtime.store, *hours, search.more);
    if (!different) return different.error();
    search.ok = search.ok && *different == 0;
    search.found += fmt::format(", {} hour rows differ", thousands(*different));
  }
  lines.push_back(std::move(search));
  auto queue = check_queue(*status, runtime.store->books());
  if (!queue) return queue.error();
  lines.push_back(std::move(*queue));
  auto books = check_books(runtime, *status, *recount);
  if (!books) return books.error();
  lines.push_back(std::move(*books));
  return lines;
}

}  // namespace tweetpulse
