#include "worker/index_step.h"

#include "base/log.h"

namespace tweetpulse {
namespace {

void publish(LiveFeed& feed, std::vector<EnrichedTweet>&& tweets, const std::vector<Refused>& refused) {
  std::vector<char> dead(tweets.size(), 0);
  for (const auto& item : refused) dead[item.index] = 1;
  std::vector<FeedEvent> events;
  events.reserve(tweets.size());
  for (std::size_t i = 0; i < tweets.size(); ++i) {
    if (dead[i] != 0 || tweets[i].tweet.action != Action::none) continue;
    FeedEvent event;
    event.tweet = std::make_shared<const EnrichedTweet>(std::move(tweets[i]));
    events.push_back(std::move(event));
  }
  if (events.empty()) return;
  if (const auto published = feed.publish(events); !published)
    log::warn("worker", "The live feed did not take what was indexed.", {{"error", published.error().what}});
}

}  // namespace

Step make_index_step(SearchIndex& index, LiveFeed& feed, Enricher& enricher) {
  return [&](std::span<const Delivery> batch) -> Result<StepReport> {
    auto tweets = enricher.enrich_all(batch, Enricher::From::front);
    const auto refused = index.index(tweets);
    if (!refused) return refused.error();
    StepReport report;
    for (const auto& item : *refused) report.buried.push_back({item.index, "index_refused", item.reason});
    publish(feed, std::move(tweets), *refused);
    return report;
  };
}

}  // namespace tweetpulse
