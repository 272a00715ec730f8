#include "api/stored_search.h"

#include <algorithm>
#include <chrono>

#include "query/matcher.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {
namespace {

constexpr std::chrono::seconds kMostTime{2};
constexpr std::size_t kMostRows = 200'000, kRowsAtOnce = 500, kCounted = 10'000;

// What of the top-level conditions the store has a column for.
void narrow(TweetFilter& filter, const QueryNode& node) {
  if (const auto* all = std::get_if<AndNode>(&node.node)) {
    for (const QueryNode& part : all->parts) narrow(filter, part);
  } else if (const auto* since = std::get_if<SinceNode>(&node.node)) {
    filter.from = std::max(filter.from.value_or(since->time), since->time);
  } else if (const auto* until = std::get_if<UntilNode>(&node.node)) {
    filter.to = std::min(filter.to.value_or(until->time), until->time);
  }
}

}  // namespace

std::optional<StoredSearch> find_in_store(const Ports& ports, const Query& query, const FindOptions& options) {
  const auto end = std::chrono::steady_clock::now() + kMostTime;
  StoredSearch found{options, {}};
  found.options.sort = options.sort == Sort::oldest ? Sort::oldest : Sort::recency;
  const bool back = options.before.has_value();
  TweetFilter filter;
  narrow(filter, query.root);
  filter.limit = kRowsAtOnce;
  filter.descending = (found.options.sort == Sort::recency) != back;
  if (const auto& key = back ? options.before : options.after) {
    (filter.descending ? filter.before : filter.after) = key->position;
  }
  SearchPage& page = found.page;
  page.total_exact = false;
  bool more = false;
  std::size_t seen = 0;
  for (bool last = false; !last && seen < kMostRows && std::chrono::steady_clock::now() < end;) {
    auto rows = ports.store.find(filter);
    if (!rows) return std::nullopt;
    last = rows->size() < filter.limit;
    seen += rows->size();
    if (!rows->empty()) {
      const Tweet& edge = rows->back().tweet;
      (filter.descending ? filter.before : filter.after) = Position{edge.created_at, edge.id};
    }
    for (EnrichedTweet& row : *rows) {
      if (!matches(query, row, searchable(row))) continue;
      ++page.total;
      more = page.tweets.size() == options.size;
      if (more) continue;
      page.keys.push_back({0, {row.tweet.created_at, row.tweet.id}});
      page.tweets.push_back(std::move(row));
    }
    page.total_exact = last && !options.after && !back;
    if (more && page.total >= static_cast<std::int64_t>(kCounted)) break;
  }
  if (back) {
    std::reverse(page.tweets.begin(), page.tweets.end());
    std::reverse(page.keys.begin(), page.keys.end());
  }
  page.more_after = back || more;
  page.more_before = back ? more : options.after.has_value();
  return found;
}

}  // namespace tweetpulse::api
