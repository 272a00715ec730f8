#include "search/elastic_buckets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "search/elastic_document.h"
#include "search/elastic_query.h"
#include "search/elastic_search.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::string_view kUnscored = "unscored";
constexpr std::size_t kBucketsAPage = 10'000, kMostBuckets = 2'000'000;
constexpr std::size_t kSpellings = 1'000;  // of all values together, before values are asked for one by one
constexpr std::size_t kShardFactor = 10;   // beyond the first shard, more values a shard make counts exact

bool before(const ValueCount& left, const ValueCount& right) {
  return left.count != right.count ? left.count > right.count : left.value < right.value;
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const auto& text : texts) out += (out.size() > 1 ? "," : "") + json_string(text);
  return out + "]";
}

// The spellings of one value, as far as they are known.
struct Spelt {
  std::int64_t count = 0, known = 0, best_count = 0;
  std::string best;

  void add(std::string_view spelling, std::int64_t times) {
    known += times;
    take(spelling, times);
  }
  void take(std::string_view spelling, std::int64_t times) {
    if (times < best_count || (times == best_count && (best_count == 0 || spelling > best))) return;
    best_count = times;
    best = spelling;
  }
  std::int64_t rest() const { return count - known; }
};

Result<> ask_spellings(const Matches& matches, const Counted& counted, const std::string& value, Spelt& spelt) {
  const std::string prefix = value + kSpeltMark;
  spelt = Spelt{.count = spelt.count, .best = {}};
  return for_each_bucket(matches, source_of("v", counted.spellings), counted.having(value),
                         R"({"v":)" + json_string(prefix) + "}", [&](simdjson::dom::element key, std::int64_t times) {
                           const auto text = text_of(member(key, "v"));
                           if (!text.starts_with(prefix)) return false;
                           spelt.add(text.substr(prefix.size()), times);
                           return true;
                         });
}

}  // namespace

std::string Matches::counting(std::string_view aggregations, std::string_view more) const {
  return fmt::format(R"({{"size":0,"track_total_hits":false,{},"query":{},"aggs":{{{}}}}})", kSearchTime,
                     filter_of(query, {narrowed, more}), aggregations);
}

std::string Counted::having(std::string_view value) const {
  return unscored && value == kUnscored ? missing_query(values) : term_query(values, value);
}

std::optional<Counted> counted_of(std::string_view name) {
  if (name == "sentiment") return Counted{"sentiment", "", true};
  for (const std::string_view column : {"lang", "kind", "source"})
    if (name == column) return Counted{std::string(column), "", false};
  const auto listed = [](std::string_view field) {
    return Counted{"top." + std::string(field), "spelt." + std::string(field), false};
  };
  if (name == kEntities) return listed(kEntities);
  const auto field = search_values::field_of(name);
  if (!field) return std::nullopt;
  return listed(top_name(*field));
}

std::string terms_of(std::string_view name, const Counted& counted, std::size_t size, std::string_view inner,
                     const std::vector<std::string>* include) {
  const std::size_t wanted = std::max<std::size_t>(size, 1);
  std::string out = fmt::format(R"("{}":{{"terms":{{"field":"{}","size":{},"shard_size":{})", name, counted.values,
                                wanted, std::max(wanted, std::min(wanted * kShardFactor, kBucketsAPage)));
  if (counted.unscored) out += R"(,"missing":"unscored")";
  if (include != nullptr) out += R"(,"include":)" + json_list(*include);
  out += "}";
  if (!inner.empty()) out += fmt::format(R"(,"aggs":{{{}}})", inner);
  return out + "}";
}

std::string spellings_of(std::string_view name, const Counted& counted) {
  if (counted.spellings.empty()) return {};
  return fmt::format(R"(,"{}":{{"terms":{{"field":"{}","size":{}}}}})", name, counted.spellings, kSpellings);
}

std::optional<std::vector<ValueCount>> exact_values(const std::optional<simdjson::dom::element>& terms) {
  if (!terms || integer_of(member(*terms, "doc_count_error_upper_bound")) != 0) return std::nullopt;
  std::vector<ValueCount> out;
  for_each(member(*terms, "buckets"), [&](simdjson::dom::element bucket) {
    out.push_back({std::string(text_of(member(bucket, "key"))), integer_of(member(bucket, "doc_count"))});
  });
  return out;
}

Result<std::vector<std::string>> names_of(const Matches& matches, const Counted& counted,
                                          const std::vector<ValueCount>& values,
                                          const std::optional<simdjson::dom::element>& known) {
  std::vector<std::string> names;
  if (counted.spellings.empty()) {
    for (const auto& value : values) names.push_back(value.value);
    return names;
  }
  std::unordered_map<std::string_view, Spelt> all;
  for (const auto& value : values) all[value.value].count = value.count;
  const auto spellings = exact_values(known);
  if (spellings) {
    for (const auto& [text, times] : *spellings) {
      const auto mark = text.find(kSpeltMark);
      const auto found = all.find(std::string_view(text).substr(0, mark));
      if (mark != std::string::npos && found != all.end()) found->second.add(text.substr(mark + 1), times);
    }
  }
  const bool complete = spellings && integer_of(member(*known, "sum_other_doc_count")) == 0;
  for (const auto& value : values) {
    Spelt& spelt = all[value.value];
    // Whatever else there is, is less than the best.
    const bool decided = complete || (spellings && spelt.best_count > spelt.rest());
    if (!decided) {
      if (auto asked = ask_spellings(matches, counted, value.value, spelt); !asked) return asked.error();
    }
    // What is not spelt another way is spelt as it is folded.
    if ((complete || !decided) && spelt.rest() > 0) spelt.take(value.value, spelt.rest());
    names.push_back(spelt.best.empty() ? value.value : spelt.best);
  }
  return names;
}

std::string source_of(std::string_view name, std::string_view field, bool with_missing) {
  return fmt::format(R"({{"{}":{{"terms":{{"field":"{}"{}}}}}}})", name, field,
                     with_missing ? R"(,"missing_bucket":true)" : "");
}

Result<> for_each_bucket(const Matches& matches, std::string_view sources, std::string_view more, std::string after,
                         const std::function<bool(simdjson::dom::element, std::int64_t)>& each) {
  for (std::size_t seen = 0;;) {
    const std::string body =
        matches.counting(fmt::format(R"("c":{{"composite":{{"size":{},"sources":[{}]{}}}}})", kBucketsAPage, sources,
                                     after.empty() ? "" : R"(,"after":)" + after),
                         more);
    const auto json = search(matches.client, matches.index, body);
    if (!json) return json.error();
    std::size_t buckets = 0;
    bool going = true;
    for_each(member(json->root(), "aggregations", "c", "buckets"), [&](simdjson::dom::element bucket) {
      ++buckets;
      const auto key = member(bucket, "key");
      if (going && key) going = each(*key, integer_of(member(bucket, "doc_count")));
    });
    seen += buckets;
    const auto next = member(json->root(), "aggregations", "c", "after_key");
    if (!going || buckets < kBucketsAPage || !next) return {};
    if (seen >= kMostBuckets)
      return Error{ErrorCode::rejected, fmt::format("more than {} different values would have to be counted; choose a "
                                                    "shorter time or a narrower query",
                                                    kMostBuckets)};
    after = simdjson::minify(*next);
  }
}

Result<std::vector<ValueCount>> all_values(const Matches& matches, const Counted& counted) {
  std::vector<ValueCount> out;
  auto done = for_each_bucket(matches, source_of("v", counted.values, counted.unscored), {}, {},
                              [&](simdjson::dom::element key, std::int64_t count) {
                                const auto value = member(key, "v");
                                const bool missing = !value || value->is_null();
                                out.push_back({std::string(missing ? kUnscored : text_of(value)), count});
                                return true;
                              });
  if (!done) return done.error();
  std::sort(out.begin(), out.end(), before);
  return out;
}

Result<std::vector<ValueCount>> all_values_by_authors(const Matches& matches, const Counted& counted) {
  std::vector<ValueCount> out;
  const std::string sources = source_of("v", counted.values, counted.unscored) + "," + source_of("a", "author", true);
  // One value's authors follow each other.
  auto done = for_each_bucket(matches, sources, {}, {}, [&](simdjson::dom::element key, std::int64_t) {
    const auto value = member(key, "v");
    const auto text = !value || value->is_null() ? kUnscored : text_of(value);
    if (out.empty() || out.back().value != text) out.push_back({std::string(text), 0});
    ++out.back().count;
    return true;
  });
  if (!done) return done.error();
  std::sort(out.begin(), out.end(), before);
  return out;
}

}  // namespace tweetpulse::elastic
