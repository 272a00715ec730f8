#include "search/elastic_analytics.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "query/terms.h"
#include "search/elastic_buckets.h"
#include "search/elastic_mood.h"
#include "search/elastic_query.h"
#include "search/elastic_search.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::size_t kSamples = 3;
// The servers refuse answers of more than 65,535 buckets.
constexpr std::size_t kBucketsAtOnce = 50'000;

Error no_field(std::string_view name) {
  return Error{ErrorCode::rejected,
               "nothing is counted by " + std::string(name) + "; see the list in the API's reference"};
}

std::string detail() {
  return fmt::format(
      R"({},"newest":{{"top_hits":{{"size":{},"_source":["id"],"sort":[{{"created_at":"desc"}},{{"id":"desc"}}]}}}})",
      kMood, kSamples);
}

// Adds what stands in the buckets of detail() to the page, in the order of `values`.
void take_details(const std::optional<simdjson::dom::element>& terms, const std::vector<ValueCount>& values,
                  TopPage& page) {
  std::map<std::string_view, TopValue*> places;
  for (std::size_t i = 0; i < values.size(); ++i) places[values[i].value] = &page.values[i];
  for_each(member(*terms, "buckets"), [&](simdjson::dom::element bucket) {
    const auto place = places.find(text_of(member(bucket, "key")));
    if (place == places.end()) return;
    TopValue& value = *place->second;
    value.mood = mood_of(bucket);
    for_each(member(bucket, "newest", "hits", "hits"),
             [&](simdjson::dom::element hit) { value.sample_ids.emplace_back(text_of(member(hit, "_source", "id"))); });
  });
}

Result<> fill(const Matches& matches, const TopOptions& options, const Counted& counted,
              const std::vector<ValueCount>& values, simdjson::dom::element aggregations, TopPage& page) {
  for (const auto& value : values) {
    page.values.push_back({options.field, value.value, value.count, {}, {}});
    page.other -= value.count;
  }
  const auto terms = member(aggregations, "t");
  take_details(terms, values, page);
  // Spellings are counted in tweets, also where values are counted by authors.
  std::vector<ValueCount> tweets = values;
  for (std::size_t i = 0; i < tweets.size(); ++i) tweets[i].count = page.values[i].mood.total();
  auto names = names_of(matches, counted, tweets, member(aggregations, "s"));
  if (!names) return names.error();
  for (std::size_t i = 0; i < values.size(); ++i) page.values[i].value = std::move((*names)[i]);
  return {};
}

// All values in memory, then the details of the best.
Result<TopPage> top_of_all(const Matches& matches, const TopOptions& options, const Counted& counted) {
  auto all = options.count_authors ? all_values_by_authors(matches, counted) : all_values(matches, counted);
  if (!all) return all.error();
  TopPage page;
  page.distinct = static_cast<std::int64_t>(all->size());
  for (const auto& value : *all) page.other += value.count;
  all->resize(std::min(all->size(), options.size));
  if (all->empty()) return page;
  std::vector<std::string> chosen;
  for (const auto& value : *all) chosen.push_back(value.value);
  const auto* include = counted.unscored ? nullptr : &chosen;
  const auto json =
      search(matches.client, matches.index,
             matches.counting(terms_of("t", counted, std::max<std::size_t>(chosen.size(), 4), detail(), include) +
                              spellings_of("s", counted)));
  if (!json) return json.error();
  const auto aggregations = member(json->root(), "aggregations");
  if (!aggregations) return no_field(options.field);
  if (auto filled = fill(matches, options, counted, *all, *aggregations, page); !filled) return filled.error();
  return page;
}

std::int64_t sum_of(const std::vector<ValueCount>& values) {
  return std::accumulate(values.begin(), values.end(), std::int64_t{0},
                         [](std::int64_t sum, const ValueCount& value) { return sum + value.count; });
}

Result<std::int64_t> authors_of(const Matches& matches, std::string_view more) {
  std::int64_t authors = 0;
  auto done = for_each_bucket(matches, source_of("a", "author", true), more, {},
                              [&](simdjson::dom::element, std::int64_t) { return ++authors, true; });
  if (!done) return done.error();
  return authors;
}

}  // namespace

Result<std::optional<std::pair<Time, Time>>> extent(Client& client, std::string_view index, const Query& query) {
  const Matches matches{client, index, query, ""};
  const auto json =
      search(client, index,
             matches.counting(R"("first":{"min":{"field":"created_at"}},"last":{"max":{"field":"created_at"}})"));
  if (!json) return json.error();
  const auto first = member(json->root(), "aggregations", "first", "value");
  const auto last = member(json->root(), "aggregations", "last", "value");
  if (!first || !last || !first->is_number() || !last->is_number()) return std::optional<std::pair<Time, Time>>();
  return std::make_optional(std::make_pair(from_ms(integer_of(first)), from_ms(integer_of(last))));
}

Result<TopPage> top(Client& client, std::string_view index, const Query& query, const TopOptions& options) {
  const auto counted = counted_of(options.field);
  if (!counted) return no_field(options.field);
  const Matches matches{client, index, query, ""};
  if (options.count_authors || options.size == 0) return top_of_all(matches, options, *counted);
  const auto json = search(client, index,
                           matches.counting(terms_of("t", *counted, options.size, detail()) + "," +
                                            terms_of("d", *counted, kBucketsAtOnce) + spellings_of("s", *counted)));
  if (!json) return json.error();
  const auto aggregations = member(json->root(), "aggregations");
  if (!aggregations) return no_field(options.field);
  const auto values = exact_values(member(*aggregations, "t"));
  const auto all = exact_values(member(*aggregations, "d"));
  if (!values || !all || integer_of(member(*aggregations, "d", "sum_other_doc_count")) != 0)
    return top_of_all(matches, options, *counted);
  TopPage page;
  page.distinct = static_cast<std::int64_t>(all->size());
  page.other = sum_of(*all);
  if (auto filled = fill(matches, options, *counted, *values, *aggregations, page); !filled) return filled.error();
  return page;
}

Result<std::map<std::string, std::int64_t>> counts(Client& client, std::string_view index, const Query& query,
                                                   const TopOptions& options, std::span<const std::string> values) {
  const auto counted = counted_of(options.field);
  if (!counted) return no_field(options.field);
  const Matches matches{client, index, query, ""};
  std::map<std::string, std::int64_t> out;
  std::vector<std::string> folded;
  for (const auto& value : values) {
    out[value] = 0;
    folded.push_back(fold(value));
  }
  if (values.empty()) return out;
  if (options.count_authors) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      auto authors = authors_of(matches, counted->having(folded[i]));
      if (!authors) return authors.error();
      out[values[i]] = *authors;
    }
    return out;
  }
  std::string filters;
  for (const auto& value : folded) filters += (filters.empty() ? "" : ",") + counted->having(value);
  const auto json = search(client, index, matches.counting(R"("f":{"filters":{"filters":[)" + filters + "]}}"));
  if (!json) return json.error();
  std::size_t at = 0;
  for_each(member(json->root(), "aggregations", "f", "buckets"), [&](simdjson::dom::element bucket) {
    if (at < values.size()) out[values[at++]] = integer_of(member(bucket, "doc_count"));
  });
  return out;
}

}  // namespace tweetpulse::elastic
