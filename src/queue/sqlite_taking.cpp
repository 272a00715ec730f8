#include "queue/sqlite_taking.h"

#include <fmt/format.h>

namespace tweetpulse {
namespace {

constexpr std::int64_t kMaxReadBytes = 8 << 20;  // of payload in one read
constexpr int kAloneAfter = 2;                   // deliveries; suspects come alone

// Columns of `rows`: seq, attempts so far, payload bytes.
Result<std::vector<Taken>> rows_to_take(sqlite::Statement& rows) {
  std::vector<Taken> taken;
  std::int64_t bytes = 0;
  for (;;) {
    auto row = rows.step();
    if (!row) return row.error();
    if (!*row) break;
    const auto attempt = static_cast<int>(rows.integer(1)) + 1;
    bytes += rows.integer(2);
    const bool alone = attempt > kAloneAfter;
    if (!taken.empty() && (alone || bytes > kMaxReadBytes)) break;
    taken.push_back({.seq = rows.integer(0), .attempt = attempt});
    if (alone) break;
  }
  rows.reset();
  return taken;
}

Result<> hand_out(const ConsumerPlace& place, const std::vector<Taken>& taken) {
  auto update = place.database.prepare(
      "UPDATE pending SET consumer = ?1, delivered_at = ?2, attempts = ?3 WHERE grp = ?4 AND seq = ?5");
  if (!update) return update.error();
  const auto now_ms = to_ms(now());
  for (const auto& entry : taken) {
    auto done = update->bind(1, std::string_view(place.consumer))
                    .bind(2, now_ms)
                    .bind(3, std::int64_t{entry.attempt})
                    .bind(4, std::string_view(place.group))
                    .bind(5, entry.seq)
                    .run();
    if (!done) return done;
  }
  return {};
}

Result<std::int64_t> last_handed_out(const ConsumerPlace& place) {
  auto statement = place.database.prepare("SELECT max(last, trimmed) FROM groups, totals WHERE name = ?1");
  if (!statement) return statement.error();
  auto row = statement->bind(1, std::string_view(place.group)).step();
  if (!row) return row.error();
  if (*row) return statement->integer(0);
  return Error{ErrorCode::not_found, fmt::format("group {} is gone from {}: restart to make it anew", place.group,
                                                 place.database.file().string())};
}

}  // namespace

Result<std::vector<Taken>> take_own(const ConsumerPlace& place, std::size_t max, std::int64_t after,
                                    std::int64_t upto) {
  const std::lock_guard lock(place.file.writing);
  return place.database.transaction([&]() -> Result<std::vector<Taken>> {
    auto rows = place.database.prepare(
        "SELECT pending.seq, attempts, coalesce(length(payload), 0) FROM pending LEFT JOIN entries USING (seq) "
        "WHERE grp = ?1 AND consumer = ?2 AND pending.seq > ?3 AND pending.seq <= ?4 ORDER BY pending.seq LIMIT ?5");
    if (!rows) return rows.error();
    rows->bind(1, std::string_view(place.group)).bind(2, std::string_view(place.consumer));
    rows->bind(3, after).bind(4, upto).bind(5, static_cast<std::int64_t>(max));
    auto own = rows_to_take(*rows);
    if (!own) return own;
    if (auto handed = hand_out(place, *own); !handed) return handed.error();
    return own;
  });
}

Result<std::vector<Taken>> take_silent(const ConsumerPlace& place, std::size_t max) {
  const std::lock_guard lock(place.file.writing);
  return place.database.transaction([&]() -> Result<std::vector<Taken>> {
    auto rows = place.database.prepare(
        "SELECT pending.seq, attempts, coalesce(length(payload), 0) FROM pending "
        "LEFT JOIN consumers ON consumers.grp = pending.grp AND name = consumer LEFT JOIN entries USING (seq) "
        "WHERE pending.grp = ?1 AND consumer <> ?2 AND (seen_at IS NULL OR seen_at NOT BETWEEN ?3 AND ?4) "
        "ORDER BY pending.seq LIMIT ?5");
    if (!rows) return rows.error();
    // A time ahead of now was noted before the machine was booted.
    const auto now_ms = monotonic_ms();
    rows->bind(1, std::string_view(place.group)).bind(2, std::string_view(place.consumer));
    rows->bind(3, now_ms - place.file.config.claim_after.count())
        .bind(4, now_ms)
        .bind(5, static_cast<std::int64_t>(max));
    auto silent = rows_to_take(*rows);
    if (!silent) return silent;
    if (auto handed = hand_out(place, *silent); !handed) return handed.error();
    return silent;
  });
}

Result<std::vector<Taken>> take_new(const ConsumerPlace& place, std::size_t max) {
  {
    auto last = last_handed_out(place);
    if (!last) return last.error();
    auto totals = read_totals(place.database);
    if (!totals) return totals.error();
    if (totals->added <= *last) return std::vector<Taken>();
  }
  const std::lock_guard lock(place.file.writing);
  return place.database.transaction([&]() -> Result<std::vector<Taken>> {
    auto last = last_handed_out(place);
    if (!last) return last.error();
    auto rows =
        place.database.prepare("SELECT seq, 0, length(payload) FROM entries WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    if (!rows) return rows.error();
    auto fresh = rows_to_take(rows->bind(1, *last).bind(2, static_cast<std::int64_t>(max)));
    if (!fresh || fresh->empty()) return fresh;
    auto insert = place.database.prepare(
        "INSERT INTO pending (grp, seq, consumer, delivered_at, attempts) "
        "SELECT ?1, seq, ?2, ?3, 1 FROM entries WHERE seq > ?4 AND seq <= ?5");
    if (!insert) return insert.error();
    insert->bind(1, std::string_view(place.group)).bind(2, std::string_view(place.consumer)).bind(3, to_ms(now()));
    if (auto done = insert->bind(4, *last).bind(5, fresh->back().seq).run(); !done) return done.error();
    auto move = place.database.prepare("UPDATE groups SET last = ?1 WHERE name = ?2");
    if (!move) return move.error();
    if (auto done = move->bind(1, fresh->back().seq).bind(2, std::string_view(place.group)).run(); !done)
      return done.error();
    return fresh;
  });
}

}  // namespace tweetpulse
