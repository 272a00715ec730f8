// Hourly counts: reading, checking against the rows, mending.
#include "store/sqlite_reads.h"

#include <limits>

namespace tweetpulse {
namespace {

constexpr std::string_view kColumns = "hour, source, kind, lang, sentiment";

// The hours as the live rows give them. Division rounds towards zero, hours of before 1970 round down.
constexpr std::string_view kCounted =
    "WITH counted AS (SELECT created_at - (created_at % 3600000 + 3600000) % 3600000 AS hour, source, kind, lang,"
    " sentiment, count(*) AS tweets FROM tweets WHERE state = 0 GROUP BY 1, 2, 3, 4, 5) ";

std::string_view column_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::lang:
      return "lang";
    case Dimension::source:
      return "source";
    case Dimension::kind:
      return "kind";
    case Dimension::sentiment:
      return "sentiment";
    case Dimension::none:
      break;
  }
  return "''";
}

}  // namespace

std::vector<HourCount> SqliteReads::hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                           const std::optional<HourCount>& after, std::size_t limit) {
  constexpr auto kEarliest = std::numeric_limits<std::int64_t>::min(),
                 kLatest = std::numeric_limits<std::int64_t>::max();
  std::string text = "SELECT hour, ";
  text.append(column_of(dimension));
  text +=
      " AS value, sum(tweets) AS total FROM tweet_aggregations WHERE hour >= ?1 AND hour < ?2 AND hour >= ?3"
      " GROUP BY hour, value HAVING total <> 0 AND (hour, value) > (?3, ?4) ORDER BY hour, value LIMIT ?5";
  std::vector<HourCount> hours;
  sql_.each(
      text,
      [&](const sqlite::Statement& row) {
        hours.push_back({from_ms(row.integer(0)), std::string(row.text(1)), row.integer(2)});
      },
      from ? to_ms(*from) : kEarliest, to ? to_ms(*to) : kLatest, after ? to_ms(after->hour) : kEarliest,
      after ? after->value : std::string(), limit);
  return hours;
}

// All rows come by the key, few of many by the index of changes.
std::vector<HourRow> SqliteReads::hour_rows(Time since, const std::optional<HourRow>& after, std::size_t limit) {
  const std::int64_t since_ms = to_ms(since);
  std::string text = "SELECT hour, source, kind, lang, sentiment, tweets, changed_at FROM tweet_aggregations";
  if (since_ms > 0) text += " INDEXED BY hours_by_change";
  text += " WHERE changed_at >= ?1";
  if (after) text += " AND (hour, source, kind, lang, sentiment) > (?3, ?4, ?5, ?6, ?7)";
  text += " ORDER BY hour, source, kind, lang, sentiment LIMIT ?2";
  std::vector<HourRow> rows;
  const auto read = [&](const sqlite::Statement& row) {
    rows.push_back({from_ms(row.integer(0)), std::string(row.text(1)), std::string(row.text(2)),
                    std::string(row.text(3)), std::string(row.text(4)), row.integer(5), from_ms(row.integer(6))});
  };
  if (after) {
    sql_.each(text, read, since_ms, limit, to_ms(after->hour), after->source, after->kind, after->lang,
              after->sentiment);
  } else {
    sql_.each(text, read, since_ms, limit);
  }
  return rows;
}

TweetStore::Recount SqliteReads::recount() {
  TweetStore::Recount recount;
  std::string text(kCounted);
  text +=
      ", kept AS (SELECT hour, source, kind, lang, sentiment, tweets FROM tweet_aggregations WHERE tweets <> 0)"
      " SELECT DISTINCT hour FROM (SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted) UNION ALL"
      " SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)) ORDER BY hour LIMIT 20";
  sql_.each(text, [&](const sqlite::Statement& row) {
    recount.different_hours.push_back(format_rfc3339(from_ms(row.integer(0))));
  });
  sql_.each("SELECT count(*), ifnull(sum(tweets), 0) FROM tweet_aggregations WHERE tweets <> 0",
            [&](const sqlite::Statement& row) {
              recount.hour_rows = row.integer(0);
              recount.tweets_in_hours = row.integer(1);
            });
  sql_.each("SELECT count(*), ifnull(sum(state = 0), 0), ifnull(sum(state = 1), 0) FROM tweets",
            [&](const sqlite::Statement& row) {
              recount.rows = row.integer(0);
              recount.live_rows = row.integer(1);
              recount.tombstones = row.integer(2);
            });
  return recount;
}

void SqliteReads::repair_hours() {
  const std::int64_t now_ms = to_ms(now());
  const std::string columns(kColumns), counted(kCounted);
  sql_.run(counted + "UPDATE tweet_aggregations SET tweets = 0, changed_at = ? WHERE tweets <> 0 AND (" + columns +
               ") NOT IN (SELECT " + columns + " FROM counted)",
           now_ms);
  sql_.run(counted + "INSERT INTO tweet_aggregations (" + columns + ", tweets, changed_at) SELECT " + columns +
               ", tweets, ? FROM counted WHERE true ON CONFLICT (" + columns +
               ") DO UPDATE SET tweets = excluded.tweets, changed_at = excluded.changed_at"
               " WHERE tweets <> excluded.tweets",
           now_ms);
  sql_.run("UPDATE numbers SET value = 0 WHERE name = 'hours_incomplete'");
  sql_.run("UPDATE numbers SET value = value + 1 WHERE name = 'changes'");
}

}  // namespace tweetpulse
