#include "store/sqlite_books.h"

#include <limits>
#include <utility>

namespace tweetpulse {
namespace {

constexpr std::string_view kRefused = "refused:";
constexpr auto kEarliest = std::numeric_limits<std::int64_t>::min(), kLatest = std::numeric_limits<std::int64_t>::max();

std::int64_t ms_or(const std::optional<Time>& time, std::int64_t otherwise) {
  return time ? to_ms(*time) : otherwise;
}

std::optional<std::int64_t> ms_or_null(const std::optional<Time>& time) {
  if (!time) return std::nullopt;
  return to_ms(*time);
}

std::optional<Time> time_or_null(const sqlite::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return from_ms(row.integer(column));
}

std::vector<std::pair<std::string, std::int64_t>> figures_of(const Tally& tally) {
  std::vector<std::pair<std::string, std::int64_t>> figures = {{"received", tally.received},
                                                               {"filtered", tally.filtered},
                                                               {"duplicate", tally.duplicate},
                                                               {"accepted", tally.accepted},
                                                               {"unconfirmed", tally.unconfirmed}};
  for (const auto& [reason, lines] : tally.refused) figures.emplace_back(std::string(kRefused) + reason, lines);
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

Cursor read_cursor(const sqlite::Statement& row) {
  return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))};
}

Gap read_gap(const sqlite::Statement& row) {
  Gap gap;
  gap.source = row.text(0);
  gap.cause = row.text(1);
  gap.from = from_ms(row.integer(2));
  gap.to = time_or_null(row, 3);
  gap.filled = row.text(4);
  gap.lost = integer_or_null(row, 5);
  return gap;
}

WorkerState read_worker(const sqlite::Statement& row) {
  WorkerState worker;
  worker.id = row.text(0);
  worker.role = row.text(1);
  worker.group = row.text(2);
  worker.version = row.text(3);
  worker.started_at = from_ms(row.integer(4));
  worker.beat_at = from_ms(row.integer(5));
  worker.batch_size = row.integer(6);
  worker.done = row.integer(7);
  worker.failed = row.integer(8);
  worker.batch_p50_ms = row.real(9);
  worker.batch_p95_ms = row.real(10);
  return worker;
}

class SqliteBooks : public Books {
 public:
  explicit SqliteBooks(SqliteFile& file) : file_(file) {}

  Result<> checkpoint(std::string_view source, std::string_view cursor, const Tally& tally, Time minute) override {
    const std::int64_t start = to_ms(std::chrono::floor<std::chrono::minutes>(minute));
    return file_.write([&](Sql& sql) -> Result<> {
      for (const auto& [what, lines] : figures_of(tally)) {
        sql.run(
            "INSERT INTO ledger (minute, source, what, lines) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (minute, source, what) DO UPDATE SET lines = lines + excluded.lines",
            start, source, what, lines);
        sql.run(
            "INSERT INTO ledger_totals (source, what, lines) VALUES (?, ?, ?)"
            " ON CONFLICT (source, what) DO UPDATE SET lines = lines + excluded.lines",
            source, what, lines);
      }
      if (!cursor.empty()) {
        sql.run(
            "INSERT INTO source_cursors (source, pushed, stored) VALUES (?, ?, '')"
            " ON CONFLICT (source) DO UPDATE SET pushed = excluded.pushed",
            source, cursor);
      }
      return {};
    });
  }
  Result<Cursor> cursor(std::string_view source) override {
    return file_.read([&](Sql& sql) -> Result<Cursor> {
      Cursor found{std::string(source), "", ""};
      sql.each(
          "SELECT source, pushed, stored FROM source_cursors WHERE source = ?",
          [&](const sqlite::Statement& row) { found = read_cursor(row); }, source);
      return found;
    });
  }
  Result<std::vector<Cursor>> cursors() override {
    return list<Cursor>("SELECT source, pushed, stored FROM source_cursors ORDER BY source", read_cursor);
  }
  Result<> set_stored(std::string_view source, std::string_view cursor) override {
    return write(
        "INSERT INTO source_cursors (source, pushed, stored) VALUES (?, '', ?)"
        " ON CONFLICT (source) DO UPDATE SET stored = excluded.stored",
        source, cursor);
  }
  Result<> forget_cursor(std::string_view source) override {
    return write("DELETE FROM source_cursors WHERE source = ?", source);
  }

  Result<Tally> totals() override {
    const auto by_source = totals_by_source();
    if (!by_source) return by_source.error();
    Tally sum;
    for (const auto& [source, tally] : *by_source) sum += tally;
    return sum;
  }
  Result<std::map<std::string, Tally>> totals_by_source() override {
    return file_.read([&](Sql& sql) -> Result<std::map<std::string, Tally>> {
      std::map<std::string, Tally> totals;
      sql.each("SELECT source, what, lines FROM ledger_totals", [&](const sqlite::Statement& row) {
        add_figure(totals[std::string(row.text(0))], row.text(1), row.integer(2));
      });
      return totals;
    });
  }
  Result<std::vector<LedgerRow>> ledger(std::optional<Time> from, std::optional<Time> to) override {
    return file_.read([&](Sql& sql) -> Result<std::vector<LedgerRow>> {
      std::vector<LedgerRow> rows;
      sql.each(
          "SELECT minute, source, what, lines FROM ledger WHERE minute >= ? AND minute < ? ORDER BY minute, source",
          [&](const sqlite::Statement& row) {
            const Time minute = from_ms(row.integer(0));
            const auto source = row.text(1);
            if (rows.empty() || rows.back().minute != minute || rows.back().source != source) {
              rows.push_back({std::string(source), minute, {}});
            }
            add_figure(rows.back().tally, row.text(2), row.integer(3));
          },
          ms_or(from, kEarliest), ms_or(to, kLatest));
      return rows;
    });
  }
  Result<WorkerTotals> worker_totals() override {
    return file_.read([&](Sql& sql) -> Result<WorkerTotals> {
      WorkerTotals totals;
      sql.each(
          "SELECT ifnull(sum(created), 0), ifnull(sum(changed), 0), ifnull(sum(erased), 0), ifnull(sum(duplicate), 0)"
          " FROM worker_ledger",
          [&](const sqlite::Statement& row) {
            totals = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
          });
      return totals;
    });
  }

  // A source is in one gap at a time: the earlier one stays open.
  Result<> open_gap(const Gap& gap) override {
    return write(
        "INSERT INTO gaps (source, cause, began, ended, filled, lost) SELECT ?1, ?2, ?3, ?4, ?5, ?6"
        " WHERE ?4 IS NOT NULL OR NOT EXISTS (SELECT 1 FROM gaps WHERE source = ?1 AND ended IS NULL)",
        gap.source, gap.cause, to_ms(gap.from), ms_or_null(gap.to), gap.filled, gap.lost);
  }
  Result<> close_gap(std::string_view source, Time to, std::string_view filled) override {
    return write("UPDATE gaps SET ended = max(?, began), filled = ? WHERE source = ? AND ended IS NULL", to_ms(to),
                 filled, source);
  }
  Result<std::vector<Gap>> gaps(std::optional<Time> from, std::optional<Time> to) override {
    return list<Gap>(
        "SELECT source, cause, began, ended, filled, lost FROM gaps WHERE (ended IS NULL OR ended >= ?) AND began < ?"
        " ORDER BY began, number",
        read_gap, ms_or(from, kEarliest), ms_or(to, kLatest));
  }

  Result<> set_wanted(std::string_view source, std::string_view wanted) override {
    return write(
        "INSERT INTO sources (name, wanted) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET wanted = excluded.wanted",
        source, wanted);
  }
  Result<> set_state(const SourceState& state) override {
    return write(
        "INSERT INTO sources (name, state, detail, last_event_at, reconnects) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET state = excluded.state, detail = excluded.detail,"
        " last_event_at = excluded.last_event_at, reconnects = excluded.reconnects",
        state.name, state.state, state.detail, ms_or_null(state.last_event_at), state.reconnects);
  }
  Result<std::vector<SourceState>> sources() override {
    return list<SourceState>("SELECT name, wanted, state, detail, last_event_at, reconnects FROM sources ORDER BY name",
                             [](const sqlite::Statement& row) {
                               return SourceState{std::string(row.text(0)), std::string(row.text(1)),
                                                  std::string(row.text(2)), std::string(row.text(3)),
                                                  time_or_null(row, 4),     row.integer(5)};
                             });
  }
  Result<> set_setting(std::string_view name, std::string_view json) override {
    return write(
        "INSERT INTO settings (name, json) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = excluded.json", name,
        json);
  }
  Result<std::string> setting(std::string_view name) override {
    return file_.read([&](Sql& sql) -> Result<std::string> {
      std::string json;
      sql.each(
          "SELECT json FROM settings WHERE name = ?", [&](const sqlite::Statement& row) { json = row.text(0); }, name);
      return json;
    });
  }

  Result<> beat(const WorkerState& worker) override {
    return write(
        "INSERT OR REPLACE INTO workers (id, role, consumer_group, version, started_at, beat_at, batch_size, done,"
        " failed, batch_p50_ms, batch_p95_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        worker.id, worker.role, worker.group, worker.version, to_ms(worker.started_at), to_ms(worker.beat_at),
        worker.batch_size, worker.done, worker.failed, worker.batch_p50_ms, worker.batch_p95_ms);
  }
  Result<std::vector<WorkerState>> workers() override {
    return list<WorkerState>(
        "SELECT id, role, consumer_group, version, started_at, beat_at, batch_size, done, failed, batch_p50_ms,"
        " batch_p95_ms FROM workers ORDER BY id",
        read_worker);
  }

 private:
  template <class... Values>
  Result<> write(std::string_view text, const Values&... values) {
    return file_.write([&](Sql& sql) -> Result<> {
      sql.run(text, values...);
      return {};
    });
  }
  template <class Item, class Read, class... Values>
  Result<std::vector<Item>> list(std::string_view text, Read&& read, const Values&... values) {
    return file_.read([&](Sql& sql) -> Result<std::vector<Item>> {
      std::vector<Item> items;
      sql.each(
          text, [&](const sqlite::Statement& row) { items.push_back(read(row)); }, values...);
      return items;
    });
  }

  SqliteFile& file_;
};

}  // namespace

std::unique_ptr<Books> sqlite_books(SqliteFile& file) {
  return std::make_unique<SqliteBooks>(file);
}

}  // namespace tweetpulse
