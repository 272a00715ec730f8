#include "app/port_metrics.h"

#include "app/version.h"
#include "base/metrics.h"

namespace tweetpulse {
namespace {

void count_group(const GroupStatus& group, std::int64_t entries_added) {
  const metrics::Labels labels = {{"group", group.name}};
  metrics::gauge("queue_lag", "Entries never handed out.", labels).set(static_cast<double>(group.lag));
  metrics::gauge("queue_parked", "1 = the group gave up its place in a full queue.", labels)
      .set(group.parked_at ? 1 : 0);
  metrics::gauge("queue_pending", "Entries handed out and not settled.", labels)
      .set(static_cast<double>(group.pending));
  metrics::gauge("queue_dead_letters", "Dead letters that wait.", labels).set(static_cast<double>(group.dead_letters));
  const auto oldest = group.oldest_pending.value_or(milliseconds(0));
  metrics::gauge("queue_oldest_pending_seconds", "Age of the oldest pending entry.", labels)
      .set(static_cast<double>(oldest.count()) / 1000);
  const auto difference = entries_added - group.done - group.buried - group.lag - group.pending - group.skipped;
  metrics::gauge("ledger_imbalance", "Accepted minus done, dead, in flight and skipped; 0 always.", labels)
      .set(static_cast<double>(difference));
}

void count_queue(Queue& queue) {
  const auto status = queue.status();
  if (!status) return;
  const metrics::Labels adapter = {{"adapter", status->adapter}};
  metrics::gauge("queue_length", "Entries kept.", adapter).set(static_cast<double>(status->length));
  metrics::gauge("queue_memory_bytes", "Payload kept.", adapter).set(static_cast<double>(status->bytes));
  metrics::gauge("queue_memory_limit_bytes", "Beyond it pushing is refused.", adapter)
      .set(static_cast<double>(status->max_bytes));
  metrics::gauge("queue_durable", "1 = what was acknowledged survives power loss.", adapter)
      .set(status->durable ? 1 : 0);
  // There from the start, so that the first loss is seen as an increase.
  metrics::counter("queue_lost_total", "Entries that were gone before they were done, and queues that were lost.",
                   adapter);
  metrics::gauge("queue_dead_letters", "Dead letters that wait.", {{"group", "ingest"}})
      .set(static_cast<double>(status->refused_letters));
  for (const auto& group : status->groups) count_group(group, status->entries_added);
}

void count_store(TweetStore& store) {
  if (const auto rows = store.rows())
    metrics::gauge("store_rows", "Rows of tweets, tombstones included; a database server estimates them.",
                   {{"adapter", std::string(store.adapter())}})
        .set(static_cast<double>(*rows));
}

}  // namespace

void count_ports(Runtime& runtime, std::filesystem::path folder) {
  const auto build = build_info();
  metrics::gauge("build_info", "1; which build this is.", {{"version", build.version}, {"commit", build.commit}})
      .set(1);
  metrics::on_scrape([&runtime, folder = std::move(folder)] {
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (!error)
      metrics::gauge("data_dir_free_bytes", "Room on the disk of the data folder.")
          .set(static_cast<double>(space.available));
    count_queue(*runtime.queue);
    count_store(*runtime.store);
  });
}

}  // namespace tweetpulse
