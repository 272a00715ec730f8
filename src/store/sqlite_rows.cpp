#include "store/sqlite_rows.h"

#include "base/failpoint.h"

namespace tweetpulse {
namespace {

constexpr std::string_view kLoad =
    "SELECT t.number, t.id, t.state, t.observed, t.created_at, t.source, t.kind, t.lang, t.sentiment, t.author, "
    "t.handle, t.alias, t.hidden, t.withheld, t.marked, t.marked_at, t.erased_at, t.restored_at, t.removed_at, "
    "t.uncounted FROM tweets t ";

std::optional<std::string> string_or_null(const sqlite::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return std::string(row.text(column));
}

TweetRow read_row(const sqlite::Statement& row) {
  TweetRow tweet;
  tweet.number = row.integer(0);
  tweet.id = row.text(1);
  tweet.state = static_cast<RowState>(row.integer(2));
  tweet.observed = row.integer(3);
  tweet.dimensions.created_at = row.integer(4);
  tweet.dimensions.source = row.text(5);
  tweet.dimensions.kind = row.text(6);
  tweet.dimensions.lang = row.text(7);
  tweet.dimensions.sentiment = row.text(8);
  tweet.author = string_or_null(row, 9);
  tweet.handle = string_or_null(row, 10);
  tweet.alias = string_or_null(row, 11);
  tweet.hidden = row.integer(12) != 0;
  tweet.withheld = row.text(13);
  tweet.marked = string_or_null(row, 14);
  tweet.marked_at = integer_or_null(row, 15);
  tweet.erased_at = integer_or_null(row, 16);
  tweet.restored_at = integer_or_null(row, 17);
  tweet.removed_at = integer_or_null(row, 18);
  tweet.uncounted = row.integer(19) != 0;
  return tweet;
}

std::vector<TweetRow> read_rows(Sql& sql, std::string_view where, std::string_view value) {
  static const std::string by_id = std::string(kLoad) + "WHERE t.id = ?1";
  static const std::string by_alias = std::string(kLoad) + "WHERE t.alias = ?1 ORDER BY t.number LIMIT 1";
  static const std::string by_chain = std::string(kLoad) + "JOIN chains c ON c.id = t.id WHERE c.chain = ?1";
  const std::string& text = where == "id" ? by_id : where == "alias" ? by_alias : by_chain;
  std::vector<TweetRow> rows;
  sql.each(
      text, [&](const sqlite::Statement& row) { rows.push_back(read_row(row)); }, value);
  return rows;
}

std::optional<TweetRow> first_of(std::vector<TweetRow> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace

std::optional<TweetRow> SqliteRows::load(std::string_view id) {
  return first_of(read_rows(sql_, "id", id));
}

std::optional<TweetRow> SqliteRows::load_alias(std::string_view alias) {
  return first_of(read_rows(sql_, "alias", alias));
}

std::vector<TweetRow> SqliteRows::chain(std::string_view first_id) {
  return read_rows(sql_, "chain", first_id);
}

void SqliteRows::insert(TweetRow& row) {
  const auto& d = row.dimensions;
  sql_.run(
      "INSERT INTO tweets (id, state, observed, created_at, source, kind, lang, sentiment, author, handle, alias, "
      "hidden,"
      " withheld, marked, marked_at, erased_at, restored_at, removed_at, uncounted)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.id, static_cast<std::int64_t>(row.state), row.observed, d.created_at, d.source, d.kind, d.lang, d.sentiment,
      row.author, row.handle, row.alias, row.hidden, row.withheld, row.marked, row.marked_at, row.erased_at,
      row.restored_at, row.removed_at, row.uncounted);
  row.number = sql_.database().last_insert_rowid();
  if (row.live()) count(d, 1);
  changed_ = true;
}

bool SqliteRows::insert_post(TweetRow& row) {
  const auto& d = row.dimensions;
  sql_.run(
      "INSERT INTO tweets (id, state, observed, created_at, source, kind, lang, sentiment, author, handle, alias, "
      "hidden,"
      " withheld, uncounted) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
      row.id, row.observed, d.created_at, d.source, d.kind, d.lang, d.sentiment, row.author, row.handle, row.alias,
      row.hidden, row.withheld, row.uncounted);
  if (sql_.failed() || sql_.database().changes() == 0) {
    if (BROKEN("count_all_rows")) count(d, 1);
    return false;
  }
  row.number = sql_.database().last_insert_rowid();
  count(d, 1);
  changed_ = true;
  return true;
}

void SqliteRows::replace(const TweetRow& before, const TweetRow& after) {
  const auto& d = after.dimensions;
  sql_.run(
      "UPDATE tweets SET id = ?, state = ?, observed = ?, created_at = ?, source = ?, kind = ?, lang = ?, sentiment = "
      "?,"
      " author = ?, handle = ?, alias = ?, hidden = ?, withheld = ?, marked = ?, marked_at = ?, erased_at = ?,"
      " restored_at = ?, removed_at = ?, uncounted = ? WHERE number = ?",
      after.id, static_cast<std::int64_t>(after.state), after.observed, d.created_at, d.source, d.kind, d.lang,
      d.sentiment, after.author, after.handle, after.alias, after.hidden, after.withheld, after.marked, after.marked_at,
      after.erased_at, after.restored_at, after.removed_at, after.uncounted, before.number);
  if (before.live()) count(before.dimensions, -1);
  if (after.live()) count(d, 1);
  if (visible(before) && !visible(after)) removed_.insert(after.id);
  changed_ = true;
}

void SqliteRows::bury(TweetRow& row, std::int64_t removed_at) {
  const TweetRow before = row;
  row.state = RowState::tombstone;
  row.author.reset();
  row.handle.reset();
  row.hidden = false;
  row.withheld.clear();
  row.removed_at = removed_at;
  replace(before, row);
  sql_.run("DELETE FROM tweet_bodies WHERE number = ?", row.number);
  sql_.run("DELETE FROM tweet_revisions WHERE id = ?", row.id);
  removed_.insert(row.id);
}

void SqliteRows::put_body(std::int64_t number, std::string_view packed, std::string_view raw) {
  const auto payload = raw.empty() ? std::nullopt : std::optional(raw);
  sql_.run("INSERT OR REPLACE INTO tweet_bodies (number, packed, raw) VALUES (?, ?, ?)", number, packed, payload);
}

std::string SqliteRows::packed(std::int64_t number) {
  std::string text;
  sql_.each(
      "SELECT packed FROM tweet_bodies WHERE number = ?", [&](const sqlite::Statement& row) { text = row.text(0); },
      number);
  return text;
}

void SqliteRows::keep_revision(std::string_view id, std::uint64_t fingerprint, std::int64_t revision,
                               std::string_view packed) {
  sql_.run(
      "INSERT INTO tweet_revisions (id, fingerprint, revision, packed) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (id, fingerprint) DO UPDATE SET revision = excluded.revision, packed = excluded.packed"
      " WHERE excluded.revision > revision",
      id, static_cast<std::int64_t>(fingerprint), revision, packed);
}

void SqliteRows::forget_revision(std::string_view id, std::uint64_t fingerprint) {
  sql_.run("DELETE FROM tweet_revisions WHERE id = ? AND fingerprint = ?", id, static_cast<std::int64_t>(fingerprint));
}

void SqliteRows::count(const Dimensions& dimensions, std::int64_t tweets) {
  hour_ = dimensions;
  hour_.created_at = to_ms(hour_of(BROKEN("hour_of_arrival") ? now() : from_ms(dimensions.created_at)));
  hours_[hour_] += tweets;
}

void SqliteRows::write_hours(std::int64_t now_ms) {
  for (const auto& [hour, tweets] : hours_) {
    if (tweets == 0) continue;
    sql_.run(
        "INSERT INTO tweet_aggregations (hour, source, kind, lang, sentiment, tweets, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hour, source, kind, lang, sentiment)"
        " DO UPDATE SET tweets = tweets + excluded.tweets, changed_at = excluded.changed_at",
        hour.created_at, hour.source, hour.kind, hour.lang, hour.sentiment, tweets, now_ms);
  }
}

bool SqliteRows::visible(const TweetRow& row) const {
  return row.live() && !row.hidden && !withheld_in(row.withheld, country_);
}

}  // namespace tweetpulse
