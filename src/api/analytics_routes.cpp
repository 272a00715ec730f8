#include <algorithm>

#include "api/analysis.h"
#include "api/coverage.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "query/when.h"

namespace tweetpulse::api {
namespace {

struct Chart {
  std::string interval;
  std::vector<Time> edges;     // empty = nothing matches
  std::vector<Mood> buckets;   // all matches
  std::vector<Series> groups;  // with group_by
  Mood whole;
  std::vector<double> coverage;
};

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

Response too_many(const Request& request, const Period& period) {
  const std::string fits = auto_interval(period.from, period.to);
  Fault made = fault("too-many-buckets", "interval", "makes more than 1500 buckets over this range; " + fits + " fits",
                     "too_many_buckets", request.values.text("interval"));
  made.suggestion = fits;
  return problem(request, {&made, 1});
}

std::vector<Mood> first_of(Result<std::vector<Series>>& series, std::size_t count) {
  std::vector<Mood> buckets = series->empty() ? std::vector<Mood>() : std::move(series->front().buckets);
  buckets.resize(count);
  return buckets;
}

// Fills the chart over a known period, or gives the answer that refuses.
std::optional<Response> fill(const Ports& ports, const Request& request, const Query& query, const Period& period,
                             Chart& chart) {
  if (chart.interval == "auto") chart.interval = auto_interval(period.from, period.to);
  auto edges = bucket_edges(period.from, period.to, chart.interval, request.values.text("tz"));
  if (!edges) return too_many(request, period);
  chart.edges = std::move(*edges);
  const std::size_t count = chart.edges.size() - 1;
  const bool authors = request.values.text("unit") == "authors";
  auto all = ports.search.series(query, chart.edges, "", authors);
  if (!all) return port_problem(request, "search index", all.error());
  chart.buckets = first_of(all, count);
  chart.whole = sum_of(chart.buckets);
  if (authors) {  // who wrote in two buckets is one author of the whole
    const std::vector<Time> ends{period.from, period.to};
    auto whole = ports.search.series(query, ends, "", true);
    if (!whole) return port_problem(request, "search index", whole.error());
    chart.whole = first_of(whole, 1).front();
  }
  if (const std::string& by = request.values.text("group_by"); !by.empty()) {
    auto groups = ports.search.series(query, chart.edges, by, authors);
    if (!groups) return port_problem(request, "search index", groups.error());
    chart.groups = std::move(*groups);
    for (Series& group : chart.groups) group.buckets.resize(count);
  }
  chart.coverage = coverage_of(ports, chart.edges);
  return std::nullopt;
}

void append_parts(Json& out, const std::vector<Mood>& buckets, std::int64_t Mood::*part, std::string_view name) {
  out.key(name).open_list();
  for (const Mood& bucket : buckets) out.number(bucket.*part);
  out.close_list();
}

// One array a series, aligned with `data`.
void append_groups(Json& out, const Chart& chart, bool mood) {
  out.key("series").open_list();
  for (const Series& group : chart.groups) {
    out.open().key("value").text_or_null(group.name).member("total", sum_of(group.buckets).total());
    out.key("totals").open_list();
    for (const Mood& bucket : group.buckets) out.number(bucket.total());
    out.close_list();
    if (mood) {
      append_parts(out, group.buckets, &Mood::positive, "positive");
      append_parts(out, group.buckets, &Mood::neutral, "neutral");
      append_parts(out, group.buckets, &Mood::negative, "negative");
      append_parts(out, group.buckets, &Mood::unscored, "unscored");
    }
    out.close();
  }
  out.close_list();
}

void append_buckets(Json& out, const Chart& chart, bool mood) {
  out.key("data").open_list();
  for (std::size_t i = 0; i < chart.buckets.size(); ++i) {
    const Mood& bucket = chart.buckets[i];
    out.open().member("start", chart.edges[i]).member("end", chart.edges[i + 1]).member("total", bucket.total());
    if (mood) {
      append_mood(out, bucket);
      append_mean(out, bucket);
    }
    out.key("coverage").real(chart.coverage[i]).close();
  }
  out.close_list();
}

void append_summary(Json& out, const Mood& whole, bool mood) {
  out.key("summary").open().member("total", whole.total());
  if (mood) {
    append_mood(out, whole);
    append_mean(out, whole);
    out.key("net");
    if (scored(whole) == 0) {
      out.null();
    } else {
      out.real(static_cast<double>(whole.positive - whole.negative) / static_cast<double>(scored(whole)));
    }
  }
  out.close();
}

Response chart_answer(const Ports& ports, const Request& request, bool mood) {
  return analysis(ports, request, [&](const Query& query) -> std::variant<std::string, Response> {
    Chart chart;
    chart.interval = request.values.text("interval");
    const auto period = period_of(ports, request, query);
    if (!period) return port_problem(request, "search index", period.error());
    if (*period && (*period)->from < (*period)->to) {
      if (auto refused = fill(ports, request, query, **period, chart)) return std::move(*refused);
    }
    Json out;
    out.open();
    append_buckets(out, chart, mood);
    append_summary(out, chart.whole, mood);
    const std::string& by = request.values.text("group_by");
    if (!by.empty()) append_groups(out, chart, mood);
    out.key("meta").open().member("interval", chart.interval).member("tz", request.values.text("tz"));
    out.member("unit", request.values.text("unit")).key("group_by").text_or_null(by);
    out.member("backend", ports.search.adapter());
    return out.take();
  });
}

}  // namespace

Response sentiment(const Ports& ports, const Request& request) {
  return chart_answer(ports, request, true);
}

Response volume(const Ports& ports, const Request& request) {
  return chart_answer(ports, request, false);
}

}  // namespace tweetpulse::api
