// Hourly counts: reading, checking against the rows, mending.
#include "store/sql_reads.h"

namespace tweetpulse {
namespace {

constexpr std::string_view kKey = "hour, source, kind, lang, sentiment";

// The hours as the live rows give them, in UTC whatever the server's zone.
std::string counted(const SqlDialect& dialect) {
  std::string text = "WITH counted AS (SELECT ";
  text.append(dialect.hour).append(" AS hour, source, kind, lang, sentiment, count(*) AS tweets FROM tweets");
  return text + " WHERE state = 0 GROUP BY 1, 2, 3, 4, 5) ";
}

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
  return "CAST('' AS text)";
}

}  // namespace

std::vector<HourCount> SqlReads::hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                        const std::optional<HourCount>& after, std::size_t limit) {
  const std::string column = column_of(dimension);
  std::vector<SqlValue> values;
  const auto value = [&](const SqlValue& given) {
    values.push_back(given);
    return "$" + std::to_string(values.size());
  };
  std::string text = "SELECT hour, " + column + ", CAST(sum(tweets) AS bigint) FROM tweet_aggregations WHERE true";
  if (from) text += " AND hour >= " + value(*from);
  if (to) text += " AND hour < " + value(*to);
  if (after) {
    const std::string hour = value(after->hour), key = value(after->value);
    text += " AND hour >= " + hour + " AND (hour, " + column + ") > (" + hour + ", " + key + ")";
  }
  text += dimension == Dimension::none ? " GROUP BY hour" : " GROUP BY hour, " + column;
  text += " HAVING sum(tweets) <> 0 ORDER BY hour, 2 LIMIT " + value(limit);
  std::vector<HourCount> hours;
  sql_.send(text, values, [&](const SqlRow& row) {
    hours.push_back({row.time(0), std::string(row.text(1)), row.integer(2)});
  });
  sql_.settle();
  return hours;
}

// All rows come by the key, few of many by the index of changes.
std::vector<HourRow> SqlReads::hour_rows(Time since, const std::optional<HourRow>& after, std::size_t limit) {
  std::string text = "SELECT hour, source, kind, lang, sentiment, tweets, changed_at FROM tweet_aggregations";
  if (to_ms(since) > 0) text += sql_.dialect().by_change;
  text += " WHERE changed_at >= $1";
  std::vector<SqlValue> values = {since};
  if (after) {
    values.insert(values.end(), {after->hour, after->source, after->kind, after->lang, after->sentiment});
    text.append(" AND (").append(kKey).append(") > ($2, $3, $4, $5, $6)");
  }
  values.emplace_back(limit);
  text.append(" ORDER BY ").append(kKey).append(" LIMIT $") += std::to_string(values.size());
  std::vector<HourRow> rows;
  sql_.send(text, values, [&](const SqlRow& row) {
    rows.push_back({row.time(0), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
                    std::string(row.text(4)), row.integer(5), row.time(6)});
  });
  sql_.settle();
  return rows;
}

TweetStore::Recount SqlReads::recount() {
  TweetStore::Recount recount;
  sql_.ask(
      counted(sql_.dialect()) +
          ", kept AS (SELECT hour, source, kind, lang, sentiment, tweets FROM tweet_aggregations WHERE tweets <> 0)"
          " SELECT DISTINCT hour FROM (SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted) AS more"
          " UNION ALL SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept) AS less) AS different"
          " ORDER BY hour LIMIT 20",
      [&](const SqlRow& row) { recount.different_hours.push_back(format_rfc3339(row.time(0))); });
  sql_.ask("SELECT count(*), CAST(coalesce(sum(tweets), 0) AS bigint) FROM tweet_aggregations WHERE tweets <> 0",
           [&](const SqlRow& row) {
             recount.hour_rows = row.integer(0);
             recount.tweets_in_hours = row.integer(1);
           });
  sql_.ask("SELECT count(*), count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1) FROM tweets",
           [&](const SqlRow& row) {
             recount.rows = row.integer(0);
             recount.live_rows = row.integer(1);
             recount.tombstones = row.integer(2);
           });
  sql_.settle();
  return recount;
}

void SqlReads::repair_hours() {
  const auto& dialect = sql_.dialect();
  const std::string key(kKey), now(dialect.now);
  // Alone: a batch that is being saved has counts that the rows do not show yet.
  if (!dialect.lock_alone.empty()) sql_.run(dialect.lock_alone);
  sql_.run(counted(dialect) + "UPDATE tweet_aggregations SET tweets = 0, changed_at = " + now +
           " WHERE tweets <> 0 AND (" + key + ") NOT IN (SELECT " + key + " FROM counted)");
  sql_.run(counted(dialect) + "INSERT INTO tweet_aggregations AS a (" + key + ", tweets, changed_at) SELECT " + key +
           ", tweets, " + now + " FROM counted WHERE true ON CONFLICT (" + key +
           ") DO UPDATE SET tweets = excluded.tweets, changed_at = excluded.changed_at"
           " WHERE a.tweets <> excluded.tweets");
  sql_.run("UPDATE numbers SET value = 0 WHERE name = 'hours_incomplete'");
  sql_.count_change("");
}

}  // namespace tweetpulse
