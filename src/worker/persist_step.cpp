#include "worker/persist_step.h"

#include "base/log.h"
#include "base/metrics.h"

namespace tweetpulse {
namespace {

void take_back(const std::vector<std::string>& ids, Queue& queue, LiveFeed& feed) {
  std::vector<FeedEvent> events;
  for (const auto& id : ids) events.push_back({FeedEvent::Type::removed, nullptr, id});
  if (const auto published = feed.publish(events); !published)
    log::warn("worker", "The live feed was not told of erased tweets.", {{"error", published.error().what}});
  if (const auto discarded = queue.discard_tweets(ids); !discarded)
    log::warn("worker", "Dead letters of erased tweets were not discarded.", {{"error", discarded.error().what}});
}

void observe_erasing(std::span<const Delivery> batch) {
  for (const auto& delivery : batch)
    if (delivery.tweet.action != Action::none)
      metrics::histogram("worker_erase_seconds", "From the removal's arrival to the store.", {{"group", "persist"}})
          .observe(static_cast<double>((now() - delivery.tweet.received_at).count()) / 1000);
}

}  // namespace

Step make_persist_step(TweetStore& store, Queue& queue, LiveFeed& feed, Enricher& enricher, std::string consumer) {
  return [&, consumer = std::move(consumer)](std::span<const Delivery> batch) -> Result<StepReport> {
    const auto tweets = enricher.enrich_all(batch, Enricher::From::back);
    BatchOrigin origin;
    origin.consumer = consumer;
    for (const auto& delivery : batch) origin.receipts.push_back(delivery.receipt);
    const auto saved = store.save(tweets, origin);
    if (!saved) return saved.error();
    StepReport report;
    report.redelivered = saved->redelivered;
    for (const auto& [index, reason] : saved->refused)
      report.buried.push_back({index, reason, "The store refused it."});
    if (!saved->removed_ids.empty()) take_back(saved->removed_ids, queue, feed);
    observe_erasing(batch);
    return report;
  };
}

}  // namespace tweetpulse
