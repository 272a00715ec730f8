#include "api/coverage.h"

#include <algorithm>
#include <utility>

#include "store/tweet_store.h"

namespace tweetpulse::api {

std::vector<double> coverage_of(const Ports& ports, std::span<const Time> edges) {
  if (edges.size() < 2) return {};
  const auto gaps = ports.store.books().gaps(edges.front(), edges.back());
  return coverage_of(gaps ? std::span<const Gap>(*gaps) : std::span<const Gap>(), edges, ports.clock());
}

std::vector<double> coverage_of(std::span<const Gap> gaps, std::span<const Time> edges, Time now) {
  std::vector<std::pair<Time, Time>> holes;
  for (const Gap& gap : gaps) {
    if (gap.filled != "full") holes.emplace_back(gap.from, gap.to.value_or(std::max(now, gap.from)));
  }
  std::sort(holes.begin(), holes.end());
  std::vector<double> shares;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    const Time start = edges[i], end = edges[i + 1];
    milliseconds missing{0};
    Time counted = start;  // what lies before is counted: gaps of two sources may overlap
    for (const auto& [from, to] : holes) {
      const Time left = std::max(counted, from), right = std::min(end, to);
      if (left >= right) continue;
      missing += right - left;
      counted = right;
    }
    shares.push_back(1.0 - static_cast<double>(missing.count()) / static_cast<double>((end - start).count()));
  }
  return shares;
}

}  // namespace tweetpulse::api
