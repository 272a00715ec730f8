// Exact counts over all matches of a query: values with their usual spelling, and buckets of any number of them, page
// by page. Threads: as the Client.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/elastic_client.h"
#include "search/elastic_json.h"
#include "search/search_index.h"

namespace tweetpulse::elastic {

struct Matches {
  Client& client;
  std::string_view index;
  const Query& query;
  std::string narrowed;  // one more condition; "" = none

  // {"size":0,...} with these aggregations over the matches that meet `more`, too.
  std::string counting(std::string_view aggregations, std::string_view more = {}) const;
};

// What a facet, a ranking or a grouping counts.
struct Counted {
  std::string values;                                // field of folded values
  std::string spellings;                             // field of spelt values; "" = a value has one spelling
  bool unscored = false;                             // a document without a value counts as "unscored"
  std::string having(std::string_view value) const;  // the condition: has this value
};
// Names of facets, rankings and groupings, singular or plural. nullopt: no such field.
std::optional<Counted> counted_of(std::string_view name);

// A terms aggregation as `"name":{...}`; `inner`: what to count in each bucket, JSON members. `include`: only these.
std::string terms_of(std::string_view name, const Counted& counted, std::size_t size, std::string_view inner = {},
                     const std::vector<std::string>* include = nullptr);
// `,"name":{...}` for names_of(), or nothing where values have one spelling.
std::string spellings_of(std::string_view name, const Counted& counted);

// Buckets of a terms aggregation, most frequent first, ties by value. nullopt: with these shards the counts are not
// exact.
std::optional<std::vector<ValueCount>> exact_values(const std::optional<simdjson::dom::element>& terms);
// The most frequent spelling of each, ties by spelling. `known`: the answer of spellings_of().
Result<std::vector<std::string>> names_of(const Matches& matches, const Counted& counted,
                                          const std::vector<ValueCount>& values,
                                          const std::optional<simdjson::dom::element>& known);

// Every value with its count, however many there are and on whatever number of shards, best first.
Result<std::vector<ValueCount>> all_values(const Matches& matches, const Counted& counted);
// The same by distinct authors.
Result<std::vector<ValueCount>> all_values_by_authors(const Matches& matches, const Counted& counted);

// Calls each(key, documents) for every bucket of a composite aggregation in the order of keys, until it returns false.
// `sources`, `after`: JSON. rejected: more buckets than any answer may be made of.
Result<> for_each_bucket(const Matches& matches, std::string_view sources, std::string_view more, std::string after,
                         const std::function<bool(simdjson::dom::element, std::int64_t)>& each);
std::string source_of(std::string_view name, std::string_view field, bool with_missing = false);

}  // namespace tweetpulse::elastic
