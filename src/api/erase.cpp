#include "api/erase.h"

#include "ingest/ingestor.h"

namespace tweetpulse::api {
namespace {

constexpr std::string_view kSource = "api";

// Which network an id is of, by its form.
std::string source_of(std::string_view id) {
  if (id.starts_with("at://") || id.starts_with("did:")) return "bluesky";
  if (id.starts_with("http")) return "mastodon";
  return id.starts_with("simulator:") ? "simulator" : "x";
}

Tweet action_of(const Ports& ports, Action action, std::string id, std::string source) {
  Tweet tweet;
  tweet.id = std::move(id);
  tweet.source = std::move(source);
  tweet.action = action;
  tweet.received_at = ports.clock();
  tweet.created_at = tweet.received_at;
  tweet.event_at = tweet.received_at;
  return tweet;
}

Result<> apply(const Ports& ports, const Tweet& action) {
  Ingestor ingestor(ports.queue, ports.seen, ports.store, std::string(kSource));
  std::vector<Received> batch(1);
  batch.front().tweets.push_back(action);
  const auto intake = ingestor.take(batch, kSource);
  if (!intake) return intake.error();
  if (auto noted = ports.store.books().checkpoint(kSource, "", intake->tally, ports.clock()); !noted)
    return noted.error();
  const EnrichedTweet enriched{action, {}};
  const auto saved = ports.store.save({&enriched, 1}, {});
  if (!saved) return saved.error();
  std::vector<std::string> gone = saved->removed_ids;
  if (action.action == Action::erase) gone.push_back(action.id);
  const auto discarded = ports.queue.discard_tweets(gone);
  return discarded ? Result<>() : Result<>(discarded.error());
}

}  // namespace

Result<> erase_tweet(const Ports& ports, const std::string& id) {
  std::string source = source_of(id);
  const auto held = ports.store.tweets({&id, 1});
  if (!held) return held.error();
  if (!held->empty()) source = held->front().tweet.source;
  return apply(ports, action_of(ports, Action::erase, id, std::move(source)));
}

Result<> erase_author(const Ports& ports, const std::string& author_id) {
  const std::string source = source_of(author_id);
  const std::string id = source + ":" + author_id + ":erase_author:" + std::to_string(to_ms(ports.clock()));
  Tweet action = action_of(ports, Action::erase_author, id, source);
  action.author.id = author_id;
  return apply(ports, action);
}

}  // namespace tweetpulse::api
