// Series in the buckets between given edges.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "search/elastic_analytics.h"
#include "search/elastic_buckets.h"
#include "search/elastic_mood.h"
#include "search/elastic_query.h"
#include "search/elastic_search.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::size_t kSeries = 10;  // the rest is one series, "other"
// The servers refuse answers of more than 65,535 buckets; a bucket of a series has up to three of labels.
constexpr std::size_t kBucketsAtOnce = 60'000, kBucketsEach = 4;

struct Line {
  std::string name, condition;  // "" = no condition
};

std::string ranges_of(std::span<const Time> edges) {
  std::string ranges;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    if (i > 0) ranges += ',';
    ranges += fmt::format(R"({{"from":"{}","to":"{}"}})", to_ms(edges[i]), to_ms(edges[i + 1]));
  }
  return fmt::format(R"("time":{{"date_range":{{"field":"created_at","format":"epoch_millis","ranges":[{}]}},)"
                     R"("aggs":{{{}}}}})",
                     ranges, kMood);
}

// The moods of some lines in one request.
Result<> count_tweets(const Matches& matches, std::span<const Time> edges, std::span<const Line> lines,
                      std::vector<Series>& all) {
  std::string filters;
  for (const auto& line : lines) {
    if (!filters.empty()) filters += ',';
    filters += line.condition.empty() ? R"({"match_all":{}})" : line.condition;
  }
  const auto json = search(matches.client, matches.index,
                           matches.counting(fmt::format(R"("line":{{"filters":{{"filters":[{}]}},"aggs":{{{}}}}})",
                                                        filters, ranges_of(edges))));
  if (!json) return json.error();
  std::size_t at = 0;
  for_each(member(json->root(), "aggregations", "line", "buckets"), [&](simdjson::dom::element line) {
    if (at == lines.size()) return;
    Series series{lines[at++].name, {}};
    for_each(member(line, "time", "buckets"),
             [&](simdjson::dom::element bucket) { series.buckets.push_back(mood_of(bucket)); });
    series.buckets.resize(edges.size() - 1);
    all.push_back(std::move(series));
  });
  return {};
}

// Cells of equal length such that each edge stands between two of them; composite has no buckets of unequal length.
std::string cells_of(std::span<const Time> edges) {
  std::int64_t step = 0;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) step = std::gcd(step, to_ms(edges[i + 1]) - to_ms(edges[i]));
  step = std::max<std::int64_t>(step, 1);
  const std::int64_t offset = ((to_ms(edges.front()) % step) + step) % step;
  return fmt::format(R"({{"t":{{"date_histogram":{{"field":"created_at","fixed_interval":"{}ms","offset":"{}ms"}}}}}})",
                     step, offset);
}

Result<Series> count_authors_of(const Matches& matches, std::span<const Time> edges, const Line& line) {
  Series series{line.name, std::vector<Mood>(edges.size() - 1)};
  std::vector<std::string> seen;  // authors of the bucket so far
  std::size_t place = 0;
  const auto settle = [&] {
    std::sort(seen.begin(), seen.end());
    const auto distinct = std::unique(seen.begin(), seen.end()) - seen.begin();
    series.buckets[place].unscored += distinct;
    seen.clear();
  };
  auto done = for_each_bucket(matches, cells_of(edges) + "," + source_of("a", "author", true), line.condition, {},
                              [&](simdjson::dom::element key, std::int64_t) {
                                const auto time = from_ms(integer_of(member(key, "t")));
                                const auto next = std::upper_bound(edges.begin(), edges.end(), time);
                                if (next == edges.begin() || next == edges.end()) return true;
                                const auto bucket = static_cast<std::size_t>(next - edges.begin()) - 1;
                                if (bucket != place) settle();
                                place = bucket;
                                seen.emplace_back(text_of(member(key, "a")));
                                return true;
                              });
  if (!done) return done.error();
  settle();
  return series;
}

// The best ten values and what has none of them.
Result<std::vector<Line>> lines_of(const Matches& matches, const Counted& counted) {
  const auto json = search(matches.client, matches.index,
                           matches.counting(terms_of("v", counted, kSeries) + spellings_of("s", counted)));
  if (!json) return json.error();
  auto values = exact_values(member(json->root(), "aggregations", "v"));
  if (!values) {
    auto all = all_values(matches, counted);
    if (!all) return all.error();
    values = std::move(*all);
    values->resize(std::min(values->size(), kSeries));
  }
  auto names = names_of(matches, counted, *values, member(json->root(), "aggregations", "s"));
  if (!names) return names.error();
  std::vector<Line> lines;
  std::string named;
  for (std::size_t i = 0; i < values->size(); ++i) {
    lines.push_back({std::move((*names)[i]), counted.having((*values)[i].value)});
    named += (named.empty() ? "" : ",") + lines.back().condition;
  }
  lines.push_back({"other", named.empty() ? "" : none_of(named)});
  return lines;
}

}  // namespace

Result<std::vector<Series>> series(Client& client, std::string_view index, const Query& query,
                                   std::span<const Time> edges, std::string_view group_by, bool count_authors) {
  if (edges.size() < 2) return Error{ErrorCode::rejected, "a series needs two edges or more"};
  const Matches matches{client, index, query, range_query("created_at", to_ms(edges.front()), to_ms(edges.back()))};
  std::vector<Line> lines = {{"", ""}};
  if (!group_by.empty()) {
    const auto counted = counted_of(group_by);
    if (!counted)
      return Error{ErrorCode::rejected,
                   "nothing is counted by " + std::string(group_by) + "; see the list in the API's reference"};
    auto grouped = lines_of(matches, *counted);
    if (!grouped) return grouped.error();
    lines = std::move(*grouped);
  }
  std::vector<Series> all;
  const std::size_t at_once =
      count_authors ? 1 : std::max<std::size_t>(1, kBucketsAtOnce / (kBucketsEach * edges.size()));
  for (std::size_t at = 0; at < lines.size(); at += at_once) {
    const auto some = std::span<const Line>(lines).subspan(at, std::min(at_once, lines.size() - at));
    if (!count_authors) {
      if (auto counted = count_tweets(matches, edges, some, all); !counted) return counted.error();
      continue;
    }
    auto counted = count_authors_of(matches, edges, some[0]);
    if (!counted) return counted.error();
    all.push_back(std::move(*counted));
  }
  if (all.size() != lines.size())
    return Error{ErrorCode::unavailable, client.address() + " left a series out; ask again."};
  const auto& rest = all.back().buckets;
  if (!group_by.empty() && std::all_of(rest.begin(), rest.end(), [](const Mood& mood) { return mood.total() == 0; }))
    all.pop_back();
  return all;
}

}  // namespace tweetpulse::elastic
