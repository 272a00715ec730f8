#include "search/elastic_find.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "search/elastic_buckets.h"
#include "search/elastic_query.h"
#include "search/elastic_search.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::int64_t kCountedExactly = 10'000;  // api.md section 2, track_total
constexpr std::size_t kHitsAtOnce = 1'000;
constexpr double kSameScore = 1e-5;  // the servers' scores are single-precision sums

// What stays the same over the requests of one page.
struct Walk {
  std::string query, weight;  // weight: field of the first sort value, "" = none
  std::string copy;           // copies of a shard score differently
  bool back = false, descending = true;
  bool scored() const { return weight == "_score"; }
};

Walk walk_of(const Query& query, const FindOptions& options) {
  Walk walk;
  walk.back = options.before.has_value();
  walk.descending = (options.sort == Sort::oldest) == walk.back;
  if (options.sort == Sort::engagement) walk.weight = "engagement";
  if (options.sort == Sort::relevancy) {
    walk.query = scored_query(query);
    if (!walk.query.empty()) {
      walk.weight = "_score";
      walk.copy = fmt::format("tp{}", std::hash<std::string>{}(walk.query) % 1'000);
    }
  }
  if (walk.query.empty()) walk.query = filter_of(query);
  return walk;
}

std::string sort_of(const Walk& walk) {
  const std::string_view way = walk.descending ? "desc" : "asc";
  std::string out = "[";
  if (!walk.weight.empty()) out += fmt::format(R"({{"{}":"{}"}},)", walk.weight, way);
  return out + fmt::format(R"({{"created_at":"{0}"}},{{"id":"{0}"}}])", way);
}

// Scores shift with every tweet that comes in, so a page goes on from what its neighbour's last tweet weighs now.
Result<double> score_now(const Matches& matches, const Walk& walk, const SortKey& key) {
  const auto json =
      search(matches.client, matches.index,
             fmt::format(R"({{"size":1,"track_total_hits":false,{},"_source":false,"query":{},"sort":{}}})",
                         kSearchTime, scored_query(matches.query, {term_query("id", key.position.id)}), sort_of(walk)),
             walk.copy);
  if (!json) return json.error();
  double score = key.weight;
  for_each(member(json->root(), "hits", "hits"), [&](simdjson::dom::element hit) {
    simdjson::dom::element first;
    if (simdjson::dom::array sort;
        hit["sort"].get(sort) == simdjson::SUCCESS && sort.at(0).get(first) == simdjson::SUCCESS)
      score = number_of(first);
  });
  return std::abs(score - key.weight) <= kSameScore * std::abs(key.weight) ? key.weight : score;
}

std::string place_of(const Walk& walk, const SortKey& key) {
  std::string out = R"(,"search_after":[)";
  if (walk.scored()) {
    out += fmt::format("{},", key.weight);
  } else if (!walk.weight.empty()) {
    out += fmt::format("{},", static_cast<std::int64_t>(key.weight));
  }
  return out + fmt::format("{},{}]", to_ms(key.position.created_at), json_string(key.position.id));
}

std::optional<SortKey> key_of(const Walk& walk, simdjson::dom::element hit) {
  std::vector<simdjson::dom::element> values;
  for_each(member(hit, "sort"), [&](simdjson::dom::element value) { values.push_back(value); });
  const std::size_t first = walk.weight.empty() ? 0 : 1;
  if (values.size() != first + 2) return std::nullopt;
  return SortKey{first == 0 ? 0 : number_of(values[0]),
                 {from_ms(integer_of(values[first])), std::string(text_of(values[first + 1]))}};
}

Error broken(const Client& client, std::string_view what) {
  return Error{ErrorCode::corrupt, fmt::format("{} holds a document {}; rebuild the index with `tweetpulse reindex`.",
                                               client.address(), what)};
}

Result<std::size_t> add_hits(const Client& client, const Walk& walk, const Json& json, SearchPage& page) {
  std::size_t added = 0;
  std::optional<Error> failed;
  for_each(member(json.root(), "hits", "hits"), [&](simdjson::dom::element hit) {
    if (failed) return;
    ++added;
    auto key = key_of(walk, hit);
    auto tweet = read_packed_enriched(text_of(member(hit, "_source", "packed")));
    if (!key || !tweet) {
      failed = broken(client, key ? tweet.error().what : "that cannot be sorted");
      return;
    }
    tweet->tweet.raw.clear();
    page.tweets.push_back(std::move(*tweet));
    page.keys.push_back(std::move(*key));
  });
  if (failed) return *failed;
  return added;
}

struct Facet {
  std::string name;
  Counted counted;
};

Result<std::vector<Facet>> facets_of(const FindOptions& options) {
  std::vector<Facet> out;
  for (const auto& name : options.facets) {
    auto counted = counted_of(name);
    if (!counted)
      return Error{ErrorCode::rejected, "there is no facet " + name + "; see the list in the API's reference"};
    out.push_back({name, std::move(*counted)});
  }
  return out;
}

std::string facet_aggregations(const std::vector<Facet>& facets, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < facets.size(); ++i) {
    if (i > 0) out += ',';
    out += terms_of(fmt::format("v{}", i), facets[i].counted, size) +
           spellings_of(fmt::format("s{}", i), facets[i].counted);
  }
  return out;
}

Result<> take_facets(const Matches& matches, const std::vector<Facet>& facets, std::size_t size, const Json& json,
                     SearchPage& page) {
  for (std::size_t i = 0; i < facets.size(); ++i) {
    const Counted& counted = facets[i].counted;
    auto values = exact_values(member(json.root(), "aggregations", fmt::format("v{}", i)));
    if (!values) {
      auto all = all_values(matches, counted);
      if (!all) return all.error();
      values = std::move(*all);
    }
    values->resize(std::min(values->size(), size));
    auto names = names_of(matches, counted, *values, member(json.root(), "aggregations", fmt::format("s{}", i)));
    if (!names) return names.error();
    for (std::size_t at = 0; at < values->size(); ++at) (*values)[at].value = std::move((*names)[at]);
    page.facets[facets[i].name] = std::move(*values);
  }
  return {};
}

void take_total(const Json& json, bool exact, SearchPage& page) {
  const auto total = integer_of(member(json.root(), "hits", "total", "value"));
  page.total_exact = exact || total <= kCountedExactly;
  page.total = page.total_exact ? total : kCountedExactly;
}

// One request of a page: `size` hits behind `place`, with `more` of the body's members.
Result<Json> ask_hits(const Matches& matches, const Walk& walk, std::optional<SortKey> place, std::size_t size,
                      std::string_view more) {
  if (place && walk.scored()) {
    auto score = score_now(matches, walk, *place);
    if (!score) return score.error();
    place->weight = *score;
  }
  return search(matches.client, matches.index,
                fmt::format(R"({{"size":{},{},"_source":["packed"],"query":{},"sort":{}{}{}}})", size, kSearchTime,
                            walk.query, sort_of(walk), place ? place_of(walk, *place) : "", more),
                walk.copy);
}

// The first request counts, too; the others only bring what one answer cannot hold.
std::string counting_members(const FindOptions& options, const std::vector<Facet>& facets, bool first) {
  std::string out = R"(,"track_total_hits":)";
  out += !first ? "false" : options.track_total ? "true" : std::to_string(kCountedExactly + 1);
  if (first && !facets.empty()) out += R"(,"aggs":{)" + facet_aggregations(facets, options.facet_size) + "}";
  return out;
}

// One tweet more than asked for tells whether there are more.
void finish(const Walk& walk, const FindOptions& options, SearchPage& page) {
  const bool more = page.tweets.size() > options.size;
  if (more) {
    page.tweets.pop_back();
    page.keys.pop_back();
  }
  if (walk.back) {
    std::reverse(page.tweets.begin(), page.tweets.end());
    std::reverse(page.keys.begin(), page.keys.end());
  }
  page.more_after = walk.back ? true : more;
  page.more_before = walk.back ? more : options.after.has_value();
}

}  // namespace

Result<SearchPage> find(Client& client, std::string_view index, const Query& query, const FindOptions& options) {
  const Walk walk = walk_of(query, options);
  const Matches matches{client, index, query, ""};
  const auto facets = facets_of(options);
  if (!facets) return facets.error();
  SearchPage page;
  std::optional<SortKey> place = walk.back ? options.before : options.after;
  const std::size_t wanted = options.size + 1;
  for (bool first = true; first || page.tweets.size() < wanted; first = false) {
    const std::size_t size = std::min(wanted - page.tweets.size(), kHitsAtOnce);
    const auto json = ask_hits(matches, walk, place, size, counting_members(options, *facets, first));
    if (!json) return json.error();
    if (first) {
      take_total(*json, options.track_total, page);
      if (auto taken = take_facets(matches, *facets, options.facet_size, *json, page); !taken) return taken.error();
    }
    const auto added = add_hits(client, walk, *json, page);
    if (!added) return added.error();
    if (*added < size) break;
    place = page.keys.back();
  }
  finish(walk, options, page);
  return page;
}

}  // namespace tweetpulse::elastic
