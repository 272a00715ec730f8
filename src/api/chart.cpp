#include "api/chart.h"

#include <algorithm>
#include <map>

#include "api/coverage.h"
#include "api/problem.h"
#include "query/when.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {
namespace {

constexpr std::size_t kRowsAtOnce = 5'000, kMostSeries = 10;
constexpr std::chrono::hours kHour{1};

bool is_on_the_hour(Time time) {
  return hour_of(time) == time;
}

// What the table of hours can say: all tweets, by one of its own columns, in whole hours.
std::optional<Dimension> dimension_of(const Request& request) {
  const Values& values = request.values;
  for (const std::string_view filter : {"lang", "sentiment", "kind", "hashtag", "author", "has"}) {
    if (!values.list(filter).empty()) return std::nullopt;
  }
  if (!(values.query == Query{}) || values.text("unit") != "posts") return std::nullopt;
  for (const std::string_view edge : {"from", "to"}) {
    if (const auto time = values.time(edge); time && !is_on_the_hour(*time)) return std::nullopt;
  }
  const std::string& by = values.text("group_by");
  if (by.empty()) return Dimension::none;
  if (by == "sentiment") return Dimension::sentiment;
  if (by == "lang") return Dimension::lang;
  if (by == "kind") return Dimension::kind;
  return by == "source" ? std::optional(Dimension::source) : std::nullopt;
}

std::optional<std::vector<HourCount>> all_hours(TweetStore& store, Dimension dimension, const Request& request) {
  std::vector<HourCount> all;
  std::optional<HourCount> after;
  while (true) {
    auto rows = store.hourly(dimension, request.values.time("from"), request.values.time("to"), after, kRowsAtOnce);
    if (!rows) return std::nullopt;
    if (!rows->empty()) after = rows->back();
    const bool last = rows->size() < kRowsAtOnce;
    all.insert(all.end(), std::make_move_iterator(rows->begin()), std::make_move_iterator(rows->end()));
    if (last) return all;
  }
}

std::size_t bucket_of(const std::vector<Time>& edges, Time hour) {
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end() - 1, hour) - edges.begin()) - 1;
}

std::int64_t& part_of(Mood& mood, std::string_view label) {
  if (label == "positive") return mood.positive;
  if (label == "negative") return mood.negative;
  return label == "neutral" ? mood.neutral : mood.unscored;
}

void group_hours(Chart& chart, const std::vector<HourCount>& hours) {
  std::map<std::string, std::vector<Mood>> by_value;
  for (const HourCount& row : hours) {
    auto& buckets = by_value[row.value];
    buckets.resize(chart.buckets.size());
    buckets[bucket_of(chart.edges, row.hour)].unscored += row.tweets;
  }
  for (auto& [value, buckets] : by_value) chart.groups.push_back({value, std::move(buckets)});
  std::stable_sort(chart.groups.begin(), chart.groups.end(), [](const Series& a, const Series& b) {
    return sum_of(a.buckets).total() > sum_of(b.buckets).total();
  });
  if (chart.groups.size() <= kMostSeries) return;
  Series other{"other", std::vector<Mood>(chart.buckets.size())};
  for (std::size_t i = kMostSeries; i < chart.groups.size(); ++i) {
    for (std::size_t k = 0; k < other.buckets.size(); ++k)
      other.buckets[k].unscored += chart.groups[i].buckets[k].total();
  }
  chart.groups.resize(kMostSeries);
  chart.groups.push_back(std::move(other));
}

}  // namespace

Mood sum_of(const std::vector<Mood>& buckets) {
  Mood sum;
  for (const Mood& bucket : buckets) {
    sum.positive += bucket.positive;
    sum.neutral += bucket.neutral;
    sum.negative += bucket.negative;
    sum.unscored += bucket.unscored;
    sum.score_sum += bucket.score_sum;
  }
  return sum;
}

bool set_edges(const Request& request, const Period& period, Chart& chart) {
  if (chart.interval == "auto") chart.interval = auto_interval(period.from, period.to);
  auto edges = bucket_edges(period.from, period.to, chart.interval, request.values.text("tz"));
  if (!edges) return false;
  chart.edges = std::move(*edges);
  return true;
}

Response too_many_buckets(const Request& request, const Period& period) {
  const std::string fits = auto_interval(period.from, period.to);
  Fault made = fault("too-many-buckets", "interval", "makes more than 1500 buckets over this range; " + fits + " fits",
                     "too_many_buckets", request.values.text("interval"));
  made.suggestion = fits;
  return problem(request, {&made, 1});
}

std::optional<std::variant<Chart, Response>> chart_from_hours(const Ports& ports, const Request& request) {
  const auto dimension = dimension_of(request);
  if (!dimension) return std::nullopt;
  const auto moods = all_hours(ports.store, Dimension::sentiment, request);
  if (!moods) return std::nullopt;
  Chart chart;
  chart.interval = request.values.text("interval");
  chart.scores = false;
  if (moods->empty()) return std::variant<Chart, Response>(std::move(chart));
  const Period period{request.values.time("from").value_or(moods->front().hour),
                      request.values.time("to").value_or(moods->back().hour + kHour)};
  if (chart.interval == "auto" && period.to - period.from <= 240 * kHour) chart.interval = "1h";
  if (!set_edges(request, period, chart)) return too_many_buckets(request, period);
  if (!std::all_of(chart.edges.begin(), chart.edges.end(), is_on_the_hour)) return std::nullopt;
  chart.buckets.resize(chart.edges.size() - 1);
  for (const HourCount& row : *moods) part_of(chart.buckets[bucket_of(chart.edges, row.hour)], row.value) += row.tweets;
  chart.whole = sum_of(chart.buckets);
  if (*dimension != Dimension::none) {
    const auto hours = all_hours(ports.store, *dimension, request);
    if (!hours) return std::nullopt;
    group_hours(chart, *hours);
  }
  chart.coverage = coverage_of(ports, chart.edges);
  return std::variant<Chart, Response>(std::move(chart));
}

}  // namespace tweetpulse::api
