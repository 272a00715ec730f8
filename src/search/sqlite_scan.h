// Every match of a query, one after the other, with the columns that counting needs. Threads: as the Database.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "search/search_index.h"
#include "search/sqlite_query.h"
#include "search/tweet_values.h"

namespace tweetpulse::sqlite_search {

// kTimes is answered from an index alone.
enum class Columns { times, all };

class Match {
 public:
  explicit Match(const sqlite::Statement& row) : row_(row) {}
  Time created_at() const { return from_ms(row_.integer(0)); }
  void add_to(Mood& mood) const;
  std::string_view id() const { return row_.text(3); }
  std::string_view author() const { return row_.text(4); }
  std::string_view sentiment() const;  // unscored without a label
  std::string_view lang() const { return row_.text(5); }
  std::string_view source() const { return row_.text(6); }
  std::string_view kind() const;
  std::string_view values() const { return row_.text(8); }

 private:
  const sqlite::Statement& row_;
};

// What a facet, a ranking or a grouping counts.
struct Counted {
  enum class From { sentiment, lang, kind, source, names, list } from = From::list;
  search_values::Field field{};
};
// Names of facets, rankings and groupings, singular or plural. nullopt: no such field.
std::optional<Counted> counted_of(std::string_view name);

// Calls visit(spelling) for each value of the match, once a folded form.
template <class Visit>
void for_each_counted(const Match& match, const Counted& counted, Visit&& visit) {
  const auto unless_empty = [&](std::string_view value) {
    if (!value.empty()) visit(value);
  };
  switch (counted.from) {
    case Counted::From::sentiment:
      return unless_empty(match.sentiment());
    case Counted::From::lang:
      return unless_empty(match.lang());
    case Counted::From::kind:
      return unless_empty(match.kind());
    case Counted::From::source:
      return unless_empty(match.source());
    case Counted::From::names:
    case Counted::From::list:
      break;
  }
  const bool names = counted.from == Counted::From::names;
  search_values::for_each_value(match.values(), [&](search_values::Field field, std::string_view value, bool first) {
    if (names ? first && search_values::is_name(field) : field == counted.field) visit(value);
  });
}

template <class Each>
Result<> for_each_match(sqlite::Database& database, const Selection& selection, Columns columns, Each&& each) {
  const std::string sql =
      std::string("SELECT t.created_at, t.sentiment, t.score") +
      (columns == Columns::all ? ", t.id, t.author, t.lang, t.source, t.kind, t.tweet_values" : "") + " FROM " +
      selection.from + " WHERE " + selection.where;
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  bind_all(*statement, selection.parameters);
  for (;;) {
    auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return {};
    each(Match(*statement));
  }
}

}  // namespace tweetpulse::sqlite_search
