#include "store/sql_books.h"

#include <limits>
#include <utility>

#include "store/checkpoint_memory.h"

namespace tweetpulse {
namespace {

constexpr std::string_view kRefused = "refused:";

// Open ranges end where timestamptz does; adding a value clamps to that.
Time or_earliest(const std::optional<Time>& time) {
  return time.value_or(from_ms(std::numeric_limits<std::int64_t>::min() / 2));
}
Time or_latest(const std::optional<Time>& time) {
  return time.value_or(from_ms(std::numeric_limits<std::int64_t>::max() / 2));
}

LedgerFigures figures_of(const Tally& tally) {
  LedgerFigures figures = {{"received", tally.received},
                           {"filtered", tally.filtered},
                           {"duplicate", tally.duplicate},
                           {"accepted", tally.accepted},
                           {"unconfirmed", tally.unconfirmed}};
  for (const auto& [reason, lines] : tally.refused) figures[std::string(kRefused) + reason] = lines;
  std::erase_if(figures, [](const auto& figure) { return figure.second == 0; });
  return figures;
}

void add_figure(Tally& tally, std::string_view what, std::int64_t lines) {
  if (what == "received") tally.received += lines;
  if (what == "filtered") tally.filtered += lines;
  if (what == "duplicate") tally.duplicate += lines;
  if (what == "accepted") tally.accepted += lines;
  if (what == "unconfirmed") tally.unconfirmed += lines;
  if (what.starts_with(kRefused)) tally.refused[std::string(what.substr(kRefused.size()))] += lines;
}

Cursor read_cursor(const SqlRow& row) {
  return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))};
}

Gap read_gap(const SqlRow& row) {
  Gap gap;
  gap.source = row.text(0);
  gap.cause = row.text(1);
  gap.from = row.time(2);
  gap.to = row.time_or_null(3);
  gap.filled = row.text(4);
  gap.lost = row.integer_or_null(5);
  return gap;
}

WorkerState read_worker(const SqlRow& row) {
  WorkerState worker;
  worker.id = row.text(0);
  worker.role = row.text(1);
  worker.group = row.text(2);
  worker.version = row.text(3);
  worker.started_at = row.time(4);
  worker.beat_at = row.time(5);
  worker.batch_size = row.integer(6);
  worker.done = row.integer(7);
  worker.failed = row.integer(8);
  worker.batch_p50_ms = row.real(9);
  worker.batch_p95_ms = row.real(10);
  return worker;
}

class SqlBooks : public Books {
 public:
  explicit SqlBooks(SqlDatabase& database) : database_(database) {}

  Result<> checkpoint(std::string_view source, std::string_view cursor, const Tally& tally, Time minute) override {
    const Time start = std::chrono::floor<std::chrono::minutes>(minute);
    CheckpointMemory::Attempt attempt{memory_.next_number(), figures_of(tally)};
    const bool counts = !attempt.figures.empty();
    bool sent = false;
    const auto saved = database_.write([&](Sql& sql) {
      LedgerFigures missing;
      if (counts) missing = memory_.missing(source, take_number(sql, source, attempt.number), attempt.figures);
      if (sql.failed()) return;
      for (const auto& [what, lines] : missing) {
        sql.run(
            "INSERT INTO ledger AS l (minute, source, what, lines) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (minute, source, what) DO UPDATE SET lines = l.lines + excluded.lines",
            start, source, what, lines);
        sql.run(
            "INSERT INTO ledger_totals AS l (source, what, lines) VALUES ($1, $2, $3)"
            " ON CONFLICT (source, what) DO UPDATE SET lines = l.lines + excluded.lines",
            source, what, lines);
      }
      if (!cursor.empty()) {
        sql.run(
            "INSERT INTO source_cursors (source, pushed, stored) VALUES ($1, $2, '')"
            " ON CONFLICT (source) DO UPDATE SET pushed = excluded.pushed",
            source, cursor);
      }
      sent = true;
    });
    if (counts && saved) memory_.answered(source);
    if (counts && !saved && sent) memory_.sent(source, std::move(attempt));
    return saved;
  }
  Result<Cursor> cursor(std::string_view source) override {
    return database_.read([&](Sql& sql) -> Cursor {
      Cursor found{std::string(source), "", ""};
      sql.each(
          "SELECT source, pushed, stored FROM source_cursors WHERE source = $1",
          [&](const SqlRow& row) { found = read_cursor(row); }, source);
      return found;
    });
  }
  Result<std::vector<Cursor>> cursors() override {
    return list<Cursor>("SELECT source, pushed, stored FROM source_cursors ORDER BY source", read_cursor);
  }
  Result<> set_stored(std::string_view source, std::string_view cursor) override {
    return write(
        "INSERT INTO source_cursors (source, pushed, stored) VALUES ($1, '', $2)"
        " ON CONFLICT (source) DO UPDATE SET stored = excluded.stored",
        source, cursor);
  }
  Result<> forget_cursor(std::string_view source) override {
    return write("DELETE FROM source_cursors WHERE source = $1", source);
  }

  Result<Tally> totals() override {
    const auto by_source = totals_by_source();
    if (!by_source) return by_source.error();
    Tally sum;
    for (const auto& [source, tally] : *by_source) sum += tally;
    return sum;
  }
  Result<std::map<std::string, Tally>> totals_by_source() override {
    return database_.read([&](Sql& sql) {
      std::map<std::string, Tally> totals;
      sql.each("SELECT source, what, lines FROM ledger_totals",
               [&](const SqlRow& row) { add_figure(totals[std::string(row.text(0))], row.text(1), row.integer(2)); });
      return totals;
    });
  }
  Result<std::vector<LedgerRow>> ledger(std::optional<Time> from, std::optional<Time> to) override {
    return database_.read([&](Sql& sql) {
      std::vector<LedgerRow> rows;
      sql.each(
          "SELECT minute, source, what, lines FROM ledger WHERE minute >= $1 AND minute < $2 ORDER BY minute, source",
          [&](const SqlRow& row) {
            const Time minute = row.time(0);
            const auto source = row.text(1);
            if (rows.empty() || rows.back().minute != minute || rows.back().source != source) {
              rows.push_back({std::string(source), minute, {}});
            }
            add_figure(rows.back().tally, row.text(2), row.integer(3));
          },
          or_earliest(from), or_latest(to));
      return rows;
    });
  }
  Result<WorkerTotals> worker_totals() override {
    return database_.read([&](Sql& sql) {
      WorkerTotals totals;
      sql.each(
          "SELECT CAST(coalesce(sum(created), 0) AS bigint), CAST(coalesce(sum(changed), 0) AS bigint),"
          " CAST(coalesce(sum(erased), 0) AS bigint), CAST(coalesce(sum(duplicate), 0) AS bigint)"
          " FROM worker_ledger",
          [&](const SqlRow& row) {
            totals = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
          });
      return totals;
    });
  }

  // A source is in one gap at a time: the earlier one stays open.
  Result<> open_gap(const Gap& gap) override {
    return write(
        "INSERT INTO gaps (source, cause, began, ended, filled, lost) SELECT $1, $2, $3, $4, $5, $6"
        " WHERE $4 IS NOT NULL OR NOT EXISTS (SELECT 1 FROM gaps WHERE source = $1 AND ended IS NULL)"
        " ON CONFLICT DO NOTHING",
        gap.source, gap.cause, gap.from, gap.to, gap.filled, gap.lost);
  }
  Result<> close_gap(std::string_view source, Time to, std::string_view filled) override {
    return write(
        "UPDATE gaps SET ended = CASE WHEN $1 > began THEN $1 ELSE began END, filled = $2 WHERE source = $3 AND ended "
        "IS NULL",
        to, filled, source);
  }
  Result<std::vector<Gap>> gaps(std::optional<Time> from, std::optional<Time> to) override {
    return list<Gap>(
        "SELECT source, cause, began, ended, filled, lost FROM gaps WHERE (ended IS NULL OR ended >= $1) AND began < $2"
        " ORDER BY began, number",
        read_gap, or_earliest(from), or_latest(to));
  }

  Result<> set_wanted(std::string_view source, std::string_view wanted) override {
    return write(
        "INSERT INTO sources (name, wanted) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET wanted = excluded.wanted",
        source, wanted);
  }
  Result<> set_state(const SourceState& state) override {
    return write(
        "INSERT INTO sources (name, state, detail, last_event_at, reconnects) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (name) DO UPDATE SET state = excluded.state, detail = excluded.detail,"
        " last_event_at = excluded.last_event_at, reconnects = excluded.reconnects",
        state.name, state.state, state.detail, state.last_event_at, state.reconnects);
  }
  Result<std::vector<SourceState>> sources() override {
    return list<SourceState>("SELECT name, wanted, state, detail, last_event_at, reconnects FROM sources ORDER BY name",
                             [](const SqlRow& row) {
                               return SourceState{std::string(row.text(0)), std::string(row.text(1)),
                                                  std::string(row.text(2)), std::string(row.text(3)),
                                                  row.time_or_null(4),      row.integer(5)};
                             });
  }
  Result<> set_setting(std::string_view name, std::string_view json) override {
    return write(
        "INSERT INTO settings (name, json) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET json = excluded.json", name,
        json);
  }
  Result<std::string> setting(std::string_view name) override {
    return database_.read([&](Sql& sql) {
      std::string json;
      sql.each(
          "SELECT json FROM settings WHERE name = $1", [&](const SqlRow& row) { json = row.text(0); }, name);
      return json;
    });
  }

  Result<> beat(const WorkerState& worker) override {
    return write(
        "INSERT INTO workers (id, role, consumer_group, version, started_at, beat_at, batch_size, done,"
        " failed, batch_p50_ms, batch_p95_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT (id) DO UPDATE SET role = excluded.role, consumer_group = excluded.consumer_group,"
        " version = excluded.version, started_at = excluded.started_at, beat_at = excluded.beat_at,"
        " batch_size = excluded.batch_size, done = excluded.done, failed = excluded.failed,"
        " batch_p50_ms = excluded.batch_p50_ms, batch_p95_ms = excluded.batch_p95_ms",
        worker.id, worker.role, worker.group, worker.version, worker.started_at, worker.beat_at, worker.batch_size,
        worker.done, worker.failed, worker.batch_p50_ms, worker.batch_p95_ms);
  }
  Result<std::vector<WorkerState>> workers() override {
    return list<WorkerState>(
        "SELECT id, role, consumer_group, version, started_at, beat_at, batch_size, done, failed, batch_p50_ms,"
        " batch_p95_ms FROM workers ORDER BY id",
        read_worker);
  }

 private:
  // Leaves the number of this checkpoint, and returns that of the last one of this process and source; 0 = none.
  std::int64_t take_number(Sql& sql, std::string_view source, std::int64_t number) {
    const auto key = memory_.key(source);
    std::int64_t found = 0;
    sql.run("INSERT INTO numbers (name, value) VALUES ($1, 0) ON CONFLICT (name) DO UPDATE SET value = numbers.value",
            key);
    sql.each(
        "SELECT value FROM numbers WHERE name = $1", [&](const SqlRow& row) { found = row.integer(0); }, key);
    sql.run("UPDATE numbers SET value = $2 WHERE name = $1", key, number);
    return found;
  }

  template <class... Values>
  Result<> write(std::string_view text, const Values&... values) {
    return database_.write([&](Sql& sql) { sql.run(text, values...); });
  }
  template <class Item, class Read, class... Values>
  Result<std::vector<Item>> list(std::string_view text, Read&& read, const Values&... values) {
    return database_.read([&](Sql& sql) {
      std::vector<Item> items;
      sql.each(
          text, [&](const SqlRow& row) { items.push_back(read(row)); }, values...);
      return items;
    });
  }

  SqlDatabase& database_;
  CheckpointMemory memory_;
};

}  // namespace

std::unique_ptr<Books> sql_books(SqlDatabase& database) {
  return std::make_unique<SqlBooks>(database);
}

}  // namespace tweetpulse
