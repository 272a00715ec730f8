#include "store/sqlite_session.h"

#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

// A day is 86,400,000 ms; division rounds towards zero, so hours of before 1970 are rounded down by hand.
constexpr SqlDialect kDialect = {
    .adapter = "sqlite",
    .embedded = true,
    .holds_text = [](std::string_view) { return true; },
    .holds_time = [](Time) { return true; },
    .bodies = "LEFT JOIN tweet_bodies b ON b.number = t.number",
    .put_body =
        "INSERT OR REPLACE INTO tweet_bodies (packed, raw, number)"
        " SELECT $1, $2, number FROM tweets WHERE id = $3",
    .put_raw = "UPDATE tweet_bodies SET raw = $1 WHERE number = (SELECT number FROM tweets WHERE id = $2)",
    .drop_body = "DELETE FROM tweet_bodies WHERE number = (SELECT number FROM tweets WHERE id = $1)",
    .locked = "",
    .lock_savers = "",
    .lock_alone = "",
    .hour = "created_at - (created_at % 3600000 + 3600000) % 3600000",
    .now = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)",
    .by_change = " INDEXED BY hours_by_change",
    .changes = "SELECT value FROM numbers WHERE name = 'changes'",
    // They are numbered without holes: none is ever deleted.
    .rows = "SELECT coalesce(max(number), 0) FROM tweets"};

class SqliteRow final : public SqlRow {
 public:
  explicit SqliteRow(const sqlite::Statement& statement) : statement_(statement) {}
  bool is_null(int column) const override { return statement_.is_null(column); }
  std::string_view text(int column) const override { return statement_.text(column); }
  std::int64_t integer(int column) const override { return statement_.integer(column); }
  double real(int column) const override { return statement_.real(column); }
  bool flag(int column) const override { return statement_.integer(column) != 0; }
  Time time(int column) const override { return from_ms(statement_.integer(column)); }

 private:
  const sqlite::Statement& statement_;
};

struct Binding {
  sqlite::Statement& statement;
  int index;
  void operator()(Time time) const { statement.bind(index, to_ms(time)); }
  void operator()(SqlTexts) const {}
  template <class T>
  void operator()(T value) const {
    statement.bind(index, value);
  }
};

void bind(sqlite::Statement& statement, int index, const SqlValue& value) {
  if (value.null) {
    statement.bind_null(index);
  } else {
    std::visit(Binding{statement, index}, value.known);
  }
}

const SqlTexts* list_of(std::span<const SqlValue> values) {
  return values.size() == 1 ? std::get_if<SqlTexts>(&values.front().known) : nullptr;
}

}  // namespace

void SqliteSession::step(sqlite::Statement& statement, const OnRow& on_row) {
  const SqliteRow row(statement);
  for (;;) {
    const auto more = statement.step();
    if (!more) return fail(more.error());
    if (!*more) return;
    if (on_row) on_row(row);
  }
}

void SqliteSession::send(std::string_view text, std::span<const SqlValue> values, OnRow on_row) {
  if (error_) return;
  const SqlTexts* list = list_of(values);
  std::string of_one;
  if (list != nullptr) {
    constexpr std::string_view kAny = "ANY($1)";
    of_one = text;
    of_one.replace(of_one.find(kAny), kAny.size(), "$1");
    text = of_one;
  }
  auto statement = database_.prepare(text);
  if (!statement) return fail(statement.error());
  if (list == nullptr) {
    int index = 0;
    for (const auto& value : values) bind(*statement, ++index, value);
    return step(*statement, on_row);
  }
  for (const auto one : *list) {
    if (error_) return;
    statement->reset();
    statement->bind(1, one);
    step(*statement, on_row);
  }
}

std::vector<bool> SqliteSession::insert_new(std::span<const NewRow> rows) {
  std::vector<bool> fresh(rows.size(), false);
  for (std::size_t i = 0; i < rows.size() && !failed(); ++i) {
    const auto& [row, post, raw] = rows[i];
    const auto& d = row.dimensions;
    run("INSERT INTO tweets (id, state, observed, created_at, source, kind, lang, sentiment, author, handle, alias,"
        " hidden, withheld, uncounted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        " ON CONFLICT (id) DO NOTHING",
        row.id, static_cast<int>(row.state), row.observed, d.created_at, d.source, d.kind, d.lang, d.sentiment,
        row.author, row.handle, row.alias, row.hidden, row.withheld, row.uncounted);
    if (failed() || database_.changes() == 0) continue;
    fresh[i] = true;
    if (post == nullptr) continue;
    packed_.clear();
    append_packed(packed_, *post);
    run("INSERT INTO tweet_bodies (number, packed, raw) VALUES ($1, $2, $3)", database_.last_insert_rowid(), packed_,
        raw.empty() ? std::nullopt : std::optional(raw));
  }
  return fresh;
}

void SqliteSession::add_hours(const HourChanges& changes) {
  const Time at = now();
  for (const auto& [hour, tweets] : changes) {
    if (tweets == 0) continue;
    run("INSERT INTO tweet_aggregations (hour, source, kind, lang, sentiment, tweets, changed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (hour, source, kind, lang, sentiment)"
        " DO UPDATE SET tweets = tweets + excluded.tweets, changed_at = excluded.changed_at",
        hour.created_at, hour.source, hour.kind, hour.lang, hour.sentiment, tweets, at);
  }
}

void SqliteSession::count_change(std::string_view) {
  run("UPDATE numbers SET value = value + 1 WHERE name = 'changes'");
}

const SqlDialect& SqliteSession::dialect() const {
  return kDialect;
}

Error SqliteSession::failure(ErrorCode code, std::string_view what) const {
  return {code, "Using " + database_.file().string() + ": " + std::string(what)};
}

}  // namespace tweetpulse
