#include "store/postgres_session.h"

#include <unordered_set>

#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr SqlDialect kDialect = {
    .adapter = "postgres",
    .embedded = false,
    .holds_text = [](std::string_view text) { return postgres::fits(text); },
    .holds_time = [](Time time) { return postgres::fits(time); },
    .bodies = "",
    .put_body = "UPDATE tweets SET packed = $1, raw = $2 WHERE id = $3",
    .put_raw = "UPDATE tweets SET raw = $1 WHERE id = $2",
    .drop_body = "UPDATE tweets SET packed = NULL, raw = NULL WHERE id = $1",
    .locked = " FOR UPDATE OF t",
    .lock_savers = "SELECT pg_advisory_xact_lock_shared(hashtextextended('tweetpulse save ' || current_schema(), 0))",
    .lock_alone = "SELECT pg_advisory_xact_lock(hashtextextended('tweetpulse save ' || current_schema(), 0))",
    .hour = "date_trunc('hour', created_at, 'UTC')",
    .now = "clock_timestamp()",
    .by_change = "",
    .changes = "SELECT CAST(coalesce(sum(changes), 0) AS bigint) FROM change_counts",
    // As its statistics know them; after a crash these begin anew, and the last ANALYZE is the better guess.
    .rows =
        "SELECT greatest(pg_stat_get_live_tuples(oid), reltuples::bigint, 0) FROM pg_class"
        " WHERE oid = 'tweets'::regclass"};

constexpr std::size_t kColumns = 16;    // of a bulk insert
constexpr std::size_t kLargest = 1024;  // rows; the protocol's bound is 65,535 values

class PostgresRow final : public SqlRow {
 public:
  explicit PostgresRow(const postgres::Row& row) : row_(row) {}
  bool is_null(int column) const override { return row_.is_null(column); }
  std::string_view text(int column) const override { return row_.text(column); }
  std::int64_t integer(int column) const override { return row_.integer(column); }
  double real(int column) const override { return row_.real(column); }
  bool flag(int column) const override { return row_.flag(column); }
  Time time(int column) const override { return row_.time(column); }

 private:
  const postgres::Row& row_;
};

// INSERT of so many rows, a power of two; the text of each size is made once.
const std::string& insert_text(std::size_t rows) {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> made;
    for (std::size_t size = 1; size <= kLargest; size *= 2) {
      std::string text =
          "INSERT INTO tweets (id, state, observed, created_at, source, kind, lang, sentiment, author, handle, alias,"
          " hidden, withheld, uncounted, packed, raw) VALUES ";
      for (std::size_t i = 0; i < size * kColumns; ++i) {
        text += i % kColumns == 0 ? (i == 0 ? "($" : "), ($") : ", $";
        text += std::to_string(i + 1);
      }
      made.push_back(text + ") ON CONFLICT (id) DO NOTHING RETURNING id");
    }
    return made;
  }();
  std::size_t power = 0;
  while (std::size_t{2} << power <= rows) ++power;
  return texts[power];
}

std::size_t chunk_of(std::size_t rows) {
  std::size_t size = 1;
  while (size * 2 <= rows && size < kLargest) size *= 2;
  return size;
}

// `packed` keeps what the values name.
postgres::Parameters values_of(std::span<const NewRow> rows, std::vector<std::string>& packed) {
  postgres::Parameters values;
  packed.assign(rows.size(), {});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [row, post, raw] = rows[i];
    const auto& d = row.dimensions;
    if (post != nullptr) append_packed(packed[i], *post);
    values.add(row.id);
    values.add(static_cast<int>(row.state));
    values.add(row.observed);
    values.add(from_ms(d.created_at));
    values.add(d.source);
    values.add(d.kind);
    values.add(d.lang);
    values.add(d.sentiment);
    values.add(row.author);
    values.add(row.handle);
    values.add(row.alias);
    values.add(row.hidden);
    values.add(row.withheld);
    values.add(row.uncounted);
    values.add(post == nullptr ? std::nullopt : std::optional(std::string_view(packed[i])));
    values.add(raw.empty() ? std::nullopt : std::optional(raw));
  }
  return values;
}

}  // namespace

void PostgresSession::send(std::string_view text, std::span<const SqlValue> values, OnRow on_row) {
  if (error_) return;
  postgres::Parameters parameters;
  for (const auto& value : values)
    std::visit(
        [&](const auto& known) {
          if (value.null) {
            parameters.add(std::optional<std::decay_t<decltype(known)>>());
          } else {
            parameters.add(known);
          }
        },
        value.known);
  postgres::Connection::OnRow take;
  if (on_row) take = [on_row = std::move(on_row)](const postgres::Row& row) { on_row(PostgresRow(row)); };
  connection_.send(text, parameters, std::move(take));
}

void PostgresSession::settle() {
  if (error_) return;
  if (auto done = connection_.wait(); !done) error_ = done.error();
}

std::vector<bool> PostgresSession::insert_new(std::span<const NewRow> rows) {
  std::vector<bool> fresh(rows.size(), false);
  if (error_ || rows.empty()) return fresh;
  std::unordered_set<std::string> inserted;
  inserted.reserve(rows.size());
  std::vector<std::string> packed;
  for (std::size_t at = 0; at < rows.size();) {
    const auto chunk = rows.subspan(at, chunk_of(rows.size() - at));
    connection_.send(insert_text(chunk.size()), values_of(chunk, packed),
                     [&inserted](const postgres::Row& row) { inserted.emplace(row.text(0)); });
    at += chunk.size();
  }
  settle();
  for (std::size_t i = 0; i < rows.size(); ++i) fresh[i] = inserted.contains(rows[i].row.id);
  return fresh;
}

void PostgresSession::add_hours(const HourChanges& changes) {
  std::vector<std::int64_t> seconds, tweets;
  std::vector<std::string_view> sources, kinds, langs, sentiments;
  for (const auto& [hour, change] : changes) {
    if (change == 0) continue;
    seconds.push_back(hour.created_at / 1000);
    sources.push_back(hour.source);
    kinds.push_back(hour.kind);
    langs.push_back(hour.lang);
    sentiments.push_back(hour.sentiment);
    tweets.push_back(change);
  }
  if (tweets.empty() || error_) return;
  connection_.send(
      "INSERT INTO tweet_aggregations (hour, source, kind, lang, sentiment, tweets, changed_at)"
      " SELECT to_timestamp(second), source, kind, lang, sentiment, change, clock_timestamp()"
      " FROM unnest($1, $2, $3, $4, $5, $6) AS changes (second, source, kind, lang, sentiment, change)"
      " ON CONFLICT (hour, source, kind, lang, sentiment)"
      " DO UPDATE SET tweets = tweet_aggregations.tweets + excluded.tweets, changed_at = excluded.changed_at",
      postgres::Parameters::of(seconds, sources, kinds, langs, sentiments, tweets));
}

// A row a writer, so that writers do not wait for each other.
void PostgresSession::count_change(std::string_view writer) {
  run("INSERT INTO change_counts AS c (writer, changes) VALUES ($1, 1)"
      " ON CONFLICT (writer) DO UPDATE SET changes = c.changes + 1",
      writer);
}

const SqlDialect& PostgresSession::dialect() const {
  return kDialect;
}

Error PostgresSession::failure(ErrorCode code, std::string_view what) const {
  return connection_.failure(code, what);
}

}  // namespace tweetpulse
