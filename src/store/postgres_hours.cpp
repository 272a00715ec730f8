// Hourly counts: reading, checking against the rows, mending.
#include "store/postgres_reads.h"

namespace tweetpulse {
namespace {

// The hours as the live rows give them, in UTC whatever the server's zone.
constexpr std::string_view kCounted =
    "WITH counted AS (SELECT date_trunc('hour', created_at, 'UTC') AS hour, source, kind, lang, sentiment,"
    " count(*) AS tweets FROM tweets WHERE state = 0 GROUP BY 1, 2, 3, 4, 5) ";

std::string column_of(Dimension dimension) {
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
  return "''::text";
}

}  // namespace

std::vector<HourCount> PostgresReads::hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                             const std::optional<HourCount>& after, std::size_t limit) {
  const std::string column = column_of(dimension);
  postgres::Parameters values;
  std::string text = "SELECT hour, " + column + ", sum(tweets)::bigint FROM tweet_aggregations WHERE true";
  const auto condition = [&](const std::string& what, Time time) {
    values.add(time);
    text += " AND " + what + " $" + std::to_string(values.size());
  };
  if (from) condition("hour >=", *from);
  if (to) condition("hour <", *to);
  if (after) {
    condition("hour >=", after->hour);
    values.add(after->value);
    text += " AND (hour, " + column + ") > ($" + std::to_string(values.size() - 1) + ", $" +
            std::to_string(values.size()) + ")";
  }
  values.add(limit);
  text += dimension == Dimension::none ? " GROUP BY hour" : " GROUP BY hour, " + column;
  text += " HAVING sum(tweets) <> 0 ORDER BY hour, 2 LIMIT $" + std::to_string(values.size());
  std::vector<HourCount> hours;
  sql_.send(text, values, [&](const postgres::Row& row) {
    hours.push_back({row.time(0), std::string(row.text(1)), row.integer(2)});
  });
  sql_.settle();
  return hours;
}

std::vector<HourRow> PostgresReads::hour_rows(Time since, const std::optional<HourRow>& after, std::size_t limit) {
  std::string text =
      "SELECT hour, source, kind, lang, sentiment, tweets, changed_at FROM tweet_aggregations WHERE changed_at >= $1";
  if (after) text += " AND (hour, source, kind, lang, sentiment) > ($3, $4, $5, $6, $7)";
  text += " ORDER BY hour, source, kind, lang, sentiment LIMIT $2";
  std::vector<HourRow> rows;
  const auto read = [&](const postgres::Row& row) {
    rows.push_back({row.time(0), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
                    std::string(row.text(4)), row.integer(5), row.time(6)});
  };
  if (after) {
    sql_.each(text, read, since, limit, after->hour, after->source, after->kind, after->lang, after->sentiment);
  } else {
    sql_.each(text, read, since, limit);
  }
  return rows;
}

TweetStore::Recount PostgresReads::recount() {
  TweetStore::Recount recount;
  std::string text(kCounted);
  text +=
      ", kept AS (SELECT hour, source, kind, lang, sentiment, tweets FROM tweet_aggregations WHERE tweets <> 0)"
      " SELECT DISTINCT hour FROM ((SELECT * FROM kept EXCEPT SELECT * FROM counted) UNION ALL"
      " (SELECT * FROM counted EXCEPT SELECT * FROM kept)) AS different ORDER BY hour LIMIT 20";
  sql_.ask(text, [&](const postgres::Row& row) { recount.different_hours.push_back(format_rfc3339(row.time(0))); });
  sql_.ask("SELECT count(*), coalesce(sum(tweets), 0)::bigint FROM tweet_aggregations WHERE tweets <> 0",
           [&](const postgres::Row& row) {
             recount.hour_rows = row.integer(0);
             recount.tweets_in_hours = row.integer(1);
           });
  sql_.ask("SELECT count(*), count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1) FROM tweets",
           [&](const postgres::Row& row) {
             recount.rows = row.integer(0);
             recount.live_rows = row.integer(1);
             recount.tombstones = row.integer(2);
           });
  sql_.settle();
  return recount;
}

void PostgresReads::repair_hours() {
  const std::string counted(kCounted);
  // Alone: a batch that is being saved has counts that the rows do not show yet.
  sql_.run("SELECT pg_advisory_xact_lock(hashtextextended('tweetpulse save ' || current_schema(), 0))");
  sql_.run(counted +
           "UPDATE tweet_aggregations a SET tweets = 0, changed_at = clock_timestamp() WHERE tweets <> 0 AND NOT EXISTS"
           " (SELECT FROM counted c WHERE (c.hour, c.source, c.kind, c.lang, c.sentiment)"
           " = (a.hour, a.source, a.kind, a.lang, a.sentiment))");
  sql_.run(counted +
           "INSERT INTO tweet_aggregations AS a (hour, source, kind, lang, sentiment, tweets, changed_at)"
           " SELECT hour, source, kind, lang, sentiment, tweets, clock_timestamp() FROM counted"
           " ON CONFLICT (hour, source, kind, lang, sentiment) DO UPDATE SET tweets = excluded.tweets,"
           " changed_at = excluded.changed_at WHERE a.tweets <> excluded.tweets");
  sql_.run("UPDATE numbers SET value = 0 WHERE name = 'hours_incomplete'");
  sql_.run(
      "INSERT INTO change_counts AS c (writer, changes) VALUES ('', 1)"
      " ON CONFLICT (writer) DO UPDATE SET changes = c.changes + 1");
}

}  // namespace tweetpulse
