#include "api/analysis.h"
#include "api/chart.h"
#include "api/coverage.h"
#include "api/handlers.h"
#include "api/problem.h"

namespace tweetpulse::api {
namespace {

std::vector<Mood> first_of(std::vector<Series>& series, std::size_t count) {
  std::vector<Mood> buckets = series.empty() ? std::vector<Mood>() : std::move(series.front().buckets);
  buckets.resize(count);
  return buckets;
}

// Requires: the edges of the chart.
Result<> fill_from_index(const Ports& ports, const Request& request, const Query& query, const Period& period,
                         Chart& chart) {
  const std::size_t count = chart.edges.size() - 1;
  const bool authors = request.values.text("unit") == "authors";
  auto all = ports.search.series(query, chart.edges, "", authors);
  if (!all) return all.error();
  chart.buckets = first_of(*all, count);
  chart.whole = sum_of(chart.buckets);
  if (authors) {  // who wrote in two buckets is one author of the whole
    const std::vector<Time> ends{period.from, period.to};
    auto whole = ports.search.series(query, ends, "", true);
    if (!whole) return whole.error();
    chart.whole = first_of(*whole, 1).front();
  }
  if (const std::string& by = request.values.text("group_by"); !by.empty()) {
    auto groups = ports.search.series(query, chart.edges, by, authors);
    if (!groups) return groups.error();
    chart.groups = std::move(*groups);
    for (Series& group : chart.groups) group.buckets.resize(count);
  }
  chart.coverage = coverage_of(ports, chart.edges);
  return {};
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

void append_mood_and_mean(Json& out, const Chart& chart, const Mood& mood) {
  append_mood(out, mood);
  if (chart.scores) {
    append_mean(out, mood);
  } else {
    out.key("mean_score").null();
  }
}

void append_buckets(Json& out, const Chart& chart, bool mood) {
  out.key("data").open_list();
  for (std::size_t i = 0; i < chart.buckets.size(); ++i) {
    const Mood& bucket = chart.buckets[i];
    out.open().member("start", chart.edges[i]).member("end", chart.edges[i + 1]).member("total", bucket.total());
    if (mood) append_mood_and_mean(out, chart, bucket);
    out.key("coverage").real(chart.coverage[i]).close();
  }
  out.close_list();
}

void append_summary(Json& out, const Chart& chart, bool mood) {
  const Mood& whole = chart.whole;
  out.key("summary").open().member("total", whole.total());
  if (mood) {
    append_mood_and_mean(out, chart, whole);
    out.key("net");
    if (scored(whole) == 0) {
      out.null();
    } else {
      out.real(static_cast<double>(whole.positive - whole.negative) / static_cast<double>(scored(whole)));
    }
  }
  out.close();
}

std::string chart_body(const Request& request, const Chart& chart, bool mood, std::string_view backend) {
  Json out;
  out.open();
  append_buckets(out, chart, mood);
  append_summary(out, chart, mood);
  const std::string& by = request.values.text("group_by");
  if (!by.empty()) append_groups(out, chart, mood && chart.scores);
  out.key("meta").open().member("interval", chart.interval).member("tz", request.values.text("tz"));
  out.member("unit", request.values.text("unit")).key("group_by").text_or_null(by).member("backend", backend);
  return out.take();
}

std::variant<Analysed, Response> without_index(const Ports& ports, const Request& request, bool mood,
                                               const Error& error) {
  if (!error.retryable()) return port_problem(request, "search index", error);
  auto hours = chart_from_hours(ports, request);
  if (!hours) return port_problem(request, "search index", error);
  if (auto* refused = std::get_if<Response>(&*hours)) return std::move(*refused);
  return Analysed{chart_body(request, std::get<Chart>(*hours), mood, "store"),
                  "The search index does not answer; these are the hourly counts of the store."};
}

Response chart_answer(const Ports& ports, const Request& request, bool mood) {
  return analysis(ports, request, [&](const Query& query) -> std::variant<Analysed, Response> {
    Chart chart;
    chart.interval = request.values.text("interval");
    const auto period = period_of(ports, request, query);
    if (!period) return without_index(ports, request, mood, period.error());
    if (*period && (*period)->from < (*period)->to) {
      if (!set_edges(request, **period, chart)) return too_many_buckets(request, **period);
      const auto filled = fill_from_index(ports, request, query, **period, chart);
      if (!filled) return without_index(ports, request, mood, filled.error());
    }
    return Analysed{chart_body(request, chart, mood, ports.search.adapter()), ""};
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
