#include "search/sqlite_analytics.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "query/terms.h"
#include "search/sqlite_scan.h"
#include "search/value_table.h"

namespace tweetpulse::sqlite_search {
namespace {

constexpr std::size_t kSeries = 10;  // the rest is one series, "other"
constexpr std::size_t kSamples = 3;

// Remembers which pairs were there already.
class Distinct {
 public:
  bool add(std::size_t place, std::string_view author) {
    constexpr std::size_t kSpread = 0x9e3779b97f4a7c15;
    return seen_.insert(std::hash<std::string_view>{}(author) ^ (place + 1) * kSpread).second;
  }

 private:
  std::unordered_set<std::size_t> seen_;
};

Selection within(const Query& query, std::span<const Time> edges) {
  Selection selection = select(query, Lead::text);
  selection.where += " AND t.created_at >= ? AND t.created_at < ?";
  selection.parameters.emplace_back(to_ms(edges.front()));
  selection.parameters.emplace_back(to_ms(edges.back()));
  return selection;
}

std::size_t bucket_of(std::span<const Time> edges, Time time) {
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), time) - edges.begin()) - 1;
}

Error no_field(std::string_view name) {
  return Error{ErrorCode::rejected,
               "nothing is counted by " + std::string(name) + "; see the list in the API's reference"};
}

// Adds matches to the buckets of some series, as tweets or as distinct authors.
class Buckets {
 public:
  Buckets(std::span<const Time> edges, bool count_authors) : edges_(edges), count_authors_(count_authors) {}
  void add(std::vector<Series>& all, std::size_t series, const Match& match) {
    const std::size_t bucket = bucket_of(edges_, match.created_at());
    Mood& mood = all[series].buckets[bucket];
    if (!count_authors_) return match.add_to(mood);
    if (authors_.add(series * edges_.size() + bucket, match.author())) ++mood.unscored;
  }

 private:
  std::span<const Time> edges_;
  bool count_authors_;
  Distinct authors_;
};

// Labels stand in the index that holds the times.
Columns columns_for(const Counted& counted, bool count_authors) {
  return counted.from == Counted::From::sentiment && !count_authors ? Columns::times : Columns::all;
}

Result<ValueTable> groups_of(sqlite::Database& database, const Selection& selection, const Counted& counted,
                             bool count_authors) {
  ValueTable table;
  Distinct authors;
  auto done = for_each_match(database, selection, columns_for(counted, count_authors), [&](const Match& match) {
    for_each_counted(match, counted, [&](std::string_view value) {
      const auto group = table.add(value);
      if (!count_authors || authors.add(group, match.author())) table.count(group);
    });
  });
  if (!done) return done.error();
  return table;
}

// Place of each group among the chosen ones; chosen.size() for the others.
std::vector<std::size_t> places_of(const std::vector<ValueTable::Group>& chosen, std::size_t distinct) {
  std::vector<std::size_t> places(distinct, chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) places[chosen[i]] = i;
  return places;
}

Result<std::vector<Series>> grouped_series(sqlite::Database& database, const Query& query, std::span<const Time> edges,
                                           const Counted& counted, bool count_authors) {
  const Selection selection = within(query, edges);
  auto table = groups_of(database, selection, counted, false);
  if (!table) return table.error();
  const auto chosen = table->ranking(kSeries);
  const auto places = places_of(chosen, table->distinct());
  std::vector<Series> all;
  for (auto& name : table->names(chosen)) all.push_back({std::move(name), std::vector<Mood>(edges.size() - 1)});
  all.push_back({"other", std::vector<Mood>(edges.size() - 1)});
  Buckets buckets(edges, count_authors);
  auto done = for_each_match(database, selection, columns_for(counted, count_authors), [&](const Match& match) {
    bool named = false;
    for_each_counted(match, counted, [&](std::string_view value) {
      const std::size_t place = places[*table->find(value)];
      if (place == chosen.size()) return;
      buckets.add(all, place, match);
      named = true;
    });
    if (!named) buckets.add(all, chosen.size(), match);
  });
  if (!done) return done.error();
  const auto& rest = all.back().buckets;
  if (std::all_of(rest.begin(), rest.end(), [](const Mood& mood) { return mood.total() == 0; })) all.pop_back();
  return all;
}

// The newest tweets of a value: greatest (created_at, id) first.
void add_sample(std::vector<Position>& samples, const Match& match) {
  const Time time = match.created_at();
  if (samples.size() == kSamples && time < samples.back().created_at) return;
  samples.push_back({time, std::string(match.id())});
  std::sort(samples.begin(), samples.end(), std::greater<>());
  if (samples.size() > kSamples) samples.pop_back();
}

}  // namespace

Result<std::optional<std::pair<Time, Time>>> extent(sqlite::Database& database, const Query& query) {
  const Selection selection = select(query, Lead::text);
  const std::string matches = " FROM " + selection.from + " WHERE " + selection.where;
  std::optional<std::pair<Time, Time>> found;
  const auto ask = [&](const std::string& sql, auto&& take) -> Result<> {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    bind_all(*statement, selection.parameters);
    auto row = statement->step();
    if (!row) return row.error();
    if (*row && !statement->is_null(0)) take(*statement);
    return {};
  };
  if (selection.from != "tweets t") {
    auto done = ask("SELECT min(t.created_at), max(t.created_at)" + matches, [&](const sqlite::Statement& row) {
      found.emplace(from_ms(row.integer(0)), from_ms(row.integer(1)));
    });
    if (!done) return done.error();
    return found;
  }
  // From both ends of the index.
  const std::string first = "SELECT t.created_at" + matches + " ORDER BY t.created_at";
  auto done = ask(first + " LIMIT 1", [&](const sqlite::Statement& row) {
    found.emplace(from_ms(row.integer(0)), from_ms(row.integer(0)));
  });
  if (!done) return done.error();
  if (!found) return found;
  done = ask(first + " DESC LIMIT 1", [&](const sqlite::Statement& row) { found->second = from_ms(row.integer(0)); });
  if (!done) return done.error();
  return found;
}

Result<std::vector<Series>> series(sqlite::Database& database, const Query& query, std::span<const Time> edges,
                                   std::string_view group_by, bool count_authors) {
  if (edges.size() < 2) return Error{ErrorCode::rejected, "a series needs two edges or more"};
  if (!group_by.empty()) {
    const auto counted = counted_of(group_by);
    if (!counted) return no_field(group_by);
    return grouped_series(database, query, edges, *counted, count_authors);
  }
  std::vector<Series> all = {{"", std::vector<Mood>(edges.size() - 1)}};
  Buckets buckets(edges, count_authors);
  auto done = for_each_match(database, within(query, edges), count_authors ? Columns::all : Columns::times,
                             [&](const Match& match) { buckets.add(all, 0, match); });
  if (!done) return done.error();
  return all;
}

Result<TopPage> top(sqlite::Database& database, const Query& query, const TopOptions& options) {
  const auto counted = counted_of(options.field);
  if (!counted) return no_field(options.field);
  const Selection selection = select(query, Lead::text);
  auto table = groups_of(database, selection, *counted, options.count_authors);
  if (!table) return table.error();
  const auto chosen = table->ranking(options.size);
  const auto places = places_of(chosen, table->distinct());
  TopPage page;
  page.distinct = static_cast<std::int64_t>(table->distinct());
  page.other = table->total();
  auto names = table->names(chosen);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    page.values.push_back({options.field, std::move(names[i]), table->count_of(chosen[i]), {}, {}});
    page.other -= table->count_of(chosen[i]);
  }
  std::vector<std::vector<Position>> samples(chosen.size());
  auto done = for_each_match(database, selection, Columns::all, [&](const Match& match) {
    for_each_counted(match, *counted, [&](std::string_view value) {
      const std::size_t place = places[*table->find(value)];
      if (place == chosen.size()) return;
      match.add_to(page.values[place].mood);
      add_sample(samples[place], match);
    });
  });
  if (!done) return done.error();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    for (auto& sample : samples[i]) page.values[i].sample_ids.push_back(std::move(sample.id));
  }
  return page;
}

Result<std::map<std::string, std::int64_t>> counts(sqlite::Database& database, const Query& query,
                                                   const TopOptions& options, std::span<const std::string> values) {
  const auto counted = counted_of(options.field);
  if (!counted) return no_field(options.field);
  // The wanted values are the first groups.
  ValueTable table;
  std::vector<ValueTable::Group> wanted;
  for (const auto& value : values) wanted.push_back(table.add(value));
  const std::size_t limit = table.distinct();
  Distinct authors;
  auto done = for_each_match(database, select(query, Lead::text), Columns::all, [&](const Match& match) {
    for_each_counted(match, *counted, [&](std::string_view value) {
      const auto group = table.add(value);
      if (group < limit && (!options.count_authors || authors.add(group, match.author()))) table.count(group);
    });
  });
  if (!done) return done.error();
  std::map<std::string, std::int64_t> out;
  for (std::size_t i = 0; i < values.size(); ++i) out[values[i]] = table.count_of(wanted[i]);
  return out;
}

}  // namespace tweetpulse::sqlite_search
