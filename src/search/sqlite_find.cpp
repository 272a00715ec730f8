#include "search/sqlite_find.h"

#include <algorithm>
#include <utility>

#include "search/sqlite_run.h"
#include "search/sqlite_scan.h"
#include "search/value_table.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::sqlite_search {
namespace {

constexpr std::int64_t kCountedExactly = 10'000;  // api.md section 2, track_total

struct Found {
  std::int64_t row = 0;
  SortKey key;
};

Result<std::int64_t> total_of(sqlite::Database& database, const Query& query, bool exact) {
  const Selection selection = select(query, Lead::text);
  const std::string matches = " FROM " + selection.from + " WHERE " + selection.where;
  auto statement = database.prepare(exact ? "SELECT count(*)" + matches
                                          : "SELECT count(*) FROM (SELECT 1" + matches + " LIMIT " +
                                                std::to_string(kCountedExactly + 1) + ")");
  if (!statement) return statement.error();
  bind_all(*statement, selection.parameters);
  auto row = statement->step();
  if (!row) return row.error();
  return statement->integer(0);
}

// The SELECT of one page. Order: weight (if any), created_at, id, all the same way.
struct PageSql {
  std::string with, weight, from, where;
  bool scored = false;
  std::vector<Parameter> parameters;
};

// Scores shift with every tweet that comes in, so a page goes on from what its neighbour's last tweet weighs now.
constexpr std::string_view kScoreNow =
    "coalesce((SELECT a.weight FROM s a JOIN tweets k ON k.row = a.row WHERE k.id = ?), ?)";

void add_place(PageSql& sql, std::string& text, const SortKey& key, bool descending) {
  const bool weighed = !sql.weight.empty();
  text += " AND (" + sql.weight + (weighed ? ", " : "") + "t.created_at, t.id) " + (descending ? "<" : ">") + " (";
  if (weighed) text += std::string(sql.scored ? kScoreNow : "?") + ", ";
  text += "?, ?)";
  if (sql.scored) sql.parameters.emplace_back(key.position.id);
  if (weighed) sql.parameters.emplace_back(key.weight);
  sql.parameters.emplace_back(to_ms(key.position.created_at));
  sql.parameters.emplace_back(key.position.id);
}

PageSql page_sql(const Query& query, Sort sort, Lead lead) {
  PageSql sql;
  const std::string scoring = sort == Sort::relevancy ? scoring_match(query) : std::string();
  Selection selection = select(query, scoring.empty() ? lead : Lead::time);
  sql.from = selection.from;
  sql.where = selection.where;
  if (sort == Sort::engagement) sql.weight = "t.engagement";
  if (!scoring.empty()) {
    sql.scored = true;
    // Labels are no text: they weigh nothing.
    sql.with =
        "WITH s (row, weight) AS MATERIALIZED (SELECT rowid, -bm25(tweets_fts, 1.0, 1.0, 0.0) FROM tweets_fts "
        "WHERE tweets_fts MATCH ?) ";
    sql.parameters.emplace_back(scoring);
    const bool all_scored = needs_text(query);
    sql.weight = all_scored ? "s.weight" : "coalesce(s.weight, 0.0)";
    sql.from = all_scored ? "s CROSS JOIN tweets t ON t.row = s.row" : "tweets t LEFT JOIN s ON s.row = t.row";
  }
  for (auto& parameter : selection.parameters) sql.parameters.push_back(std::move(parameter));
  return sql;
}

Result<std::vector<Found>> rows_of(sqlite::Database& database, const Query& query, const FindOptions& options,
                                   Lead lead) {
  PageSql sql = page_sql(query, options.sort, lead);
  const bool back = options.before.has_value();
  const bool descending = (options.sort == Sort::oldest) == back;
  const std::string way = descending ? " DESC" : "";
  const std::string comma = sql.weight.empty() ? "" : ", ";
  std::string text = sql.with + "SELECT t.row, t.created_at, t.id, " + (sql.weight.empty() ? "0.0" : sql.weight) +
                     " FROM " + sql.from + " WHERE " + sql.where;
  if (const auto& key = back ? options.before : options.after) add_place(sql, text, *key, descending);
  text += " ORDER BY " + (sql.weight.empty() ? "" : sql.weight + way + ", ") + "t.created_at" + way + ", t.id" + way +
          " LIMIT ?";
  sql.parameters.emplace_back(static_cast<std::int64_t>(options.size) + 1);
  auto statement = database.prepare(text);
  if (!statement) return statement.error();
  bind_all(*statement, sql.parameters);
  std::vector<Found> rows;
  for (;;) {
    auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return rows;
    rows.push_back({statement->integer(0),
                    {statement->real(3), {from_ms(statement->integer(1)), std::string(statement->text(2))}}});
  }
}

Result<> add_facets(sqlite::Database& database, const Query& query, const FindOptions& options, SearchPage& page) {
  std::vector<std::pair<Counted, ValueTable>> tables;
  for (const auto& name : options.facets) {
    const auto counted = counted_of(name);
    if (!counted)
      return Error{ErrorCode::rejected, "there is no facet " + name + "; see the list in the API's reference"};
    tables.emplace_back(*counted, ValueTable());
  }
  auto done = for_each_match(database, select(query, Lead::text), Columns::all, [&](const Match& match) {
    for (auto& [counted, table] : tables) {
      for_each_counted(match, counted,
                       [&counter = table](std::string_view value) { counter.count(counter.add(value)); });
    }
  });
  if (!done) return done;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    page.facets[options.facets[i]] = tables[i].second.best(options.facet_size);
  }
  return {};
}

Result<EnrichedTweet> document_of(sqlite::Database& database, std::int64_t row) {
  auto statement = database.prepare("SELECT packed FROM documents WHERE row = ?");
  if (!statement) return statement.error();
  auto found = statement->bind(1, row).step();
  if (!found) return found.error();
  if (!*found) {
    return Error{ErrorCode::corrupt, database.file().string() +
                                         " lost a document; move it aside and it is filled again "
                                         "from the store"};
  }
  return read_packed_enriched(statement->text(0));
}

}  // namespace

Result<SearchPage> find(sqlite::Database& database, const Query& query, const FindOptions& options) {
  SearchPage page;
  auto total = total_of(database, query, options.track_total);
  if (!total) return total.error();
  page.total_exact = options.track_total || *total <= kCountedExactly;
  page.total = page.total_exact ? *total : kCountedExactly;

  // Many matches lie close together in time, few are found faster by their words.
  const Lead lead = *total > kCountedExactly ? Lead::time : Lead::text;
  auto rows = rows_of(database, query, options, lead);
  if (!rows) return rows.error();
  const bool more = rows->size() > options.size;
  if (more) rows->pop_back();
  const bool back = options.before.has_value();
  if (back) std::reverse(rows->begin(), rows->end());
  page.more_after = back ? true : more;
  page.more_before = back ? more : options.after.has_value();

  for (auto& found : *rows) {
    auto tweet = document_of(database, found.row);
    if (!tweet) return tweet.error();
    page.tweets.push_back(std::move(*tweet));
    page.keys.push_back(std::move(found.key));
  }
  if (!options.facets.empty()) {
    if (auto added = add_facets(database, query, options, page); !added) return added.error();
  }
  return page;
}

}  // namespace tweetpulse::sqlite_search
