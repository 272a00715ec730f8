#include <fmt/format.h>

#include <cstdio>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/progress.h"
#include "app/runtime.h"
#include "app/signals.h"
#include "app/thousands.h"
#include "worker/reconcile.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kPage = 1'000;

template <class T>
T done(Result<T> result) {
  if (result) return std::move(*result);
  throw StartError(result.error().retryable() ? kServerMissing : kFailed, result.error().what);
}
void done(const Result<>& result) {
  if (!result) throw StartError(result.error().retryable() ? kServerMissing : kFailed, result.error().what);
}

// One page of the store into the new index; false: the store has no more.
bool feed_page(TweetStore& store, Reindex& reindex, ProgressFigures& figures) {
  const auto rows = done(store.revisions(reindex.after(), kPage));
  if (rows.empty()) return false;
  std::vector<std::string> live, removed;
  for (const auto& row : rows) (row.revision == kTombstoneRevision ? removed : live).push_back(row.id);
  const auto tweets = done(store.tweets(live));
  figures.refused += static_cast<std::int64_t>(done(reindex.feed(tweets, removed)).size());
  figures.done += static_cast<std::int64_t>(rows.size());
  figures.items = figures.done;
  return true;
}

}  // namespace

int reindex_command(const Config& config, const std::string& progress_mode) {
  if (is_embedded(config, "search.url"))
    throw StartError(kWrongConfiguration,
                     "reindex: the embedded index has no alias to move; `tweetpulse verify --repair` refills it.");
  const Signals signals;
  auto runtime = Runtime::open(config, "reindex");
  const auto reindex = done(begin_reindex(elastic_config(config)));
  ProgressFigures figures;
  figures.total = done(runtime.store->recount()).rows;
  Progress progress("reindex", progress_mode);
  fmt::print("filling {}{}\n", reindex->target(),
             reindex->after().empty() ? "" : ", going on after " + reindex->after());
  std::fflush(stdout);
  while (!signals.token().stop_requested() && feed_page(*runtime.store, *reindex, figures)) progress.show(figures);
  progress.end(figures);
  if (signals.token().stop_requested()) {
    fmt::print("stopped; the same command goes on from here\n");
    return kNotNow;
  }
  done(reindex->finish());
  // What the workers wrote meanwhile went to the old index.
  const auto drift = done(reconcile(*runtime.store, *runtime.search, *runtime.queue, Repair::refill));
  fmt::print("reindexed {} rows into {}, {} refused; {} written meanwhile were filled in\n", thousands(figures.done),
             reindex->target(), thousands(figures.refused), thousands(drift.missing + drift.stale));
  return figures.refused == 0 ? kDone : kPartly;
}

}  // namespace tweetpulse
