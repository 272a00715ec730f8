// A chart over time: buckets, series, coverage; from the index, or from the hourly counts of the store when the index
// is away. Threads: port calls.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/analysis.h"

namespace tweetpulse::api {

struct Chart {
  std::string interval;        // as asked, then as chosen
  std::vector<Time> edges;     // empty = nothing matches
  std::vector<Mood> buckets;   // all matches
  std::vector<Series> groups;  // with group_by
  Mood whole;
  std::vector<double> coverage;
  bool scores = true;  // false: hourly counts know labels but no scores
};

Mood sum_of(const std::vector<Mood>& buckets);

// Sets the interval and the edges over the period; false = more buckets than fit.
bool set_edges(const Request& request, const Period& period, Chart& chart);
Response too_many_buckets(const Request& request, const Period& period);

// nullopt: the question needs the index (words, filters, authors, hours of another zone), or the store is away too.
// Otherwise the chart, or the answer that refuses.
std::optional<std::variant<Chart, Response>> chart_from_hours(const Ports& ports, const Request& request);

}  // namespace tweetpulse::api
