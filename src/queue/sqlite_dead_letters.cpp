#include "queue/sqlite_dead_letters.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

enum State : std::int64_t { kWaiting = 0, kDiscarded = 1, kRedriven = 2 };

constexpr std::string_view kIngest = "ingest";
constexpr std::size_t kRedrivePiece = 500;

constexpr std::string_view kMatching =
    " FROM dead_letters WHERE state = 0 AND (?1 = '' OR id = ?1) AND (?2 = '' OR grp = ?2) AND (?3 = '' OR reason = "
    "?3)";

void bind_filter(sqlite::Statement& statement, const DeadLetterFilter& filter) {
  statement.bind(1, std::string_view(filter.id))
      .bind(2, std::string_view(filter.group))
      .bind(3, std::string_view(filter.reason));
}

DeadLetter letter_of(const sqlite::Statement& row) {
  return {.id = std::string(row.text(1)),
          .group = std::string(row.text(2)),
          .reason = std::string(row.text(3)),
          .source = std::string(row.text(4)),
          .tweet_id = std::string(row.text(5)),
          .payload = std::string(row.text(6)),
          .attempts = static_cast<int>(row.integer(7)),
          .first_error = std::string(row.text(8)),
          .last_error = std::string(row.text(9)),
          .first_at = from_ms(row.integer(10)),
          .last_at = from_ms(row.integer(11))};
}

Result<std::int64_t> number_in(std::string_view after) {
  std::int64_t n = 0;
  const auto [end, problem] = std::from_chars(after.data(), after.data() + after.size(), n);
  if (problem == std::errc() && end == after.data() + after.size()) return n;
  return Error{ErrorCode::rejected,
               fmt::format("'{}' is no place in the dead letters: pass `next` of the page before", after)};
}

// Id and reason stay: whoever counts tweets can still name this one. Returns the payload bytes freed.
Result<> close_letter(sqlite::Database& database, QueueTotals& totals, std::int64_t n, State state) {
  auto size = database.prepare("SELECT length(payload) FROM dead_letters WHERE n = ?1");
  if (!size) return size.error();
  auto row = size->bind(1, n).step();
  if (!row) return row.error();
  if (*row) totals.dead_bytes -= size->integer(0);
  auto close = database.prepare("UPDATE dead_letters SET state = ?1, payload = x'' WHERE n = ?2");
  if (!close) return close.error();
  return close->bind(1, std::int64_t{state}).bind(2, n).run();
}

Result<std::int64_t> close_letters(sqlite::Database& database, const std::vector<std::int64_t>& numbers, State state) {
  auto totals = read_totals(database);
  if (!totals) return totals.error();
  for (const auto n : numbers) {
    if (auto closed = close_letter(database, *totals, n, state); !closed) return closed.error();
  }
  if (auto written = write_totals(database, *totals); !written) return written.error();
  return static_cast<std::int64_t>(numbers.size());
}

Result<std::vector<std::int64_t>> numbers_of(sqlite::Statement& rows) {
  std::vector<std::int64_t> numbers;
  for (;;) {
    auto row = rows.step();
    if (!row) return row.error();
    if (!*row) break;
    numbers.push_back(rows.integer(0));
  }
  rows.reset();
  return numbers;
}

struct Redriven {
  std::int64_t pushed = 0, skipped = 0, last = 0;
  bool more = false;
};

// One transaction's worth: letters after number `after`, oldest first, as their tweets were accepted.
Result<Redriven> redrive_piece(sqlite::Database& database, const DeadLetterFilter& filter, std::int64_t after) {
  auto totals = read_totals(database);
  if (!totals) return totals.error();
  auto rows = database.prepare("SELECT n, grp, payload" + std::string(kMatching) + " AND n > ?4 ORDER BY n LIMIT ?5");
  if (!rows) return rows.error();
  bind_filter(*rows, filter);
  rows->bind(4, after).bind(5, static_cast<std::int64_t>(kRedrivePiece));
  Redriven result;
  std::vector<std::int64_t> done;
  for (std::size_t seen = 0;; ++seen) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) {
      result.more = seen == kRedrivePiece;
      break;
    }
    result.last = rows->integer(0);
    if (rows->text(1) == kIngest || !read_packed(rows->text(2))) {
      ++result.skipped;
      continue;
    }
    if (auto added = append_entry(database, *totals, now(), rows->text(2)); !added) return added.error();
    done.push_back(result.last);
  }
  rows->reset();
  for (const auto n : done) {
    if (auto closed = close_letter(database, *totals, n, kRedriven); !closed) return closed.error();
  }
  if (auto written = write_totals(database, *totals); !written) return written.error();
  result.pushed = static_cast<std::int64_t>(done.size());
  return result;
}

}  // namespace

Result<> keep_letter(sqlite::Database& database, const DeadLetter& letter) {
  auto insert = database.prepare(
      "INSERT OR IGNORE INTO dead_letters (id, grp, reason, source, tweet_id, payload, attempts, first_error, "
      "last_error, first_at, last_at) "
      "VALUES (coalesce(nullif(?1, ''), ?2 || '-' || lower(hex(randomblob(8)))), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
      "?11)");
  if (!insert) return insert.error();
  insert->bind(1, std::string_view(letter.id)).bind(2, std::string_view(letter.group));
  insert->bind(3, std::string_view(letter.reason)).bind(4, std::string_view(letter.source));
  insert->bind_blob(5, letter.tweet_id).bind_blob(6, letter.payload).bind(7, std::int64_t{letter.attempts});
  insert->bind(8, std::string_view(letter.first_error)).bind(9, std::string_view(letter.last_error));
  insert->bind(10, to_ms(letter.first_at)).bind(11, to_ms(letter.last_at));
  if (auto done = insert->run(); !done) return done;
  if (database.changes() == 0) return {};
  auto totals = read_totals(database);
  if (!totals) return totals.error();
  totals->dead_bytes += static_cast<std::int64_t>(letter.payload.size());
  return write_totals(database, *totals);
}

Result<DeadLetterPage> list_letters(sqlite::Database& database, const DeadLetterFilter& filter, std::size_t limit,
                                    std::string_view after) {
  auto before = after.empty() ? Result<std::int64_t>(std::numeric_limits<std::int64_t>::max()) : number_in(after);
  if (!before) return before.error();
  auto rows = database.prepare(
      "SELECT n, id, grp, reason, source, tweet_id, payload, attempts, first_error, last_error, first_at, last_at" +
      std::string(kMatching) + " AND n < ?4 ORDER BY n DESC LIMIT ?5");
  if (!rows) return rows.error();
  bind_filter(*rows, filter);
  rows->bind(4, *before).bind(5, static_cast<std::int64_t>(limit) + 1);
  DeadLetterPage page;
  std::int64_t last = 0;
  for (;;) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return page;
    if (page.letters.size() == limit) break;
    last = rows->integer(0);
    page.letters.push_back(letter_of(*rows));
  }
  page.next = std::to_string(last);
  return page;
}

Result<std::vector<std::string>> list_dead_tweets(sqlite::Database& database, std::string_view group,
                                                  std::string_view after, std::size_t limit) {
  auto rows = database.prepare(
      "SELECT DISTINCT tweet_id FROM dead_letters WHERE grp = ?1 AND tweet_id > ?2 AND state < 2 "
      "ORDER BY tweet_id LIMIT ?3");
  if (!rows) return rows.error();
  rows->bind(1, group).bind_blob(2, after).bind(3, static_cast<std::int64_t>(limit));
  std::vector<std::string> ids;
  for (;;) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return ids;
    ids.emplace_back(rows->text(0));
  }
}

Result<std::int64_t> redrive_letters(sqlite::Database& database, const DeadLetterFilter& filter) {
  Redriven sum;
  for (bool more = true; more;) {
    auto piece = database.transaction([&] { return redrive_piece(database, filter, sum.last); });
    if (!piece) return piece.error();
    sum.pushed += piece->pushed;
    sum.skipped += piece->skipped;
    sum.last = piece->last;
    more = piece->more;
  }
  if (sum.pushed == 0 && sum.skipped > 0) {
    return Error{ErrorCode::rejected,
                 fmt::format("none of the {} dead letters holds a tweet to push again: correct the "
                             "input and send it anew, or discard them",
                             sum.skipped)};
  }
  return sum.pushed;
}

Result<std::int64_t> discard_letters(sqlite::Database& database, const DeadLetterFilter& filter) {
  return database.transaction([&]() -> Result<std::int64_t> {
    auto rows = database.prepare("SELECT n" + std::string(kMatching));
    if (!rows) return rows.error();
    bind_filter(*rows, filter);
    auto numbers = numbers_of(*rows);
    if (!numbers) return numbers.error();
    return close_letters(database, *numbers, kDiscarded);
  });
}

Result<std::int64_t> discard_letters_of(sqlite::Database& database, std::span<const std::string> tweet_ids) {
  // Erased text must not be left in free pages of the file.
  if (auto secure = database.execute("PRAGMA secure_delete = ON"); !secure) return secure.error();
  auto discarded = database.transaction([&]() -> Result<std::int64_t> {
    std::vector<std::int64_t> numbers;
    auto rows = database.prepare("SELECT n FROM dead_letters WHERE tweet_id = ?1 AND state = 0");
    if (!rows) return rows.error();
    for (const auto& id : tweet_ids) {
      if (id.empty()) continue;
      auto found = numbers_of(rows->bind_blob(1, id));
      if (!found) return found.error();
      numbers.insert(numbers.end(), found->begin(), found->end());
    }
    return close_letters(database, numbers, kDiscarded);
  });
  if (auto usual = database.execute("PRAGMA secure_delete = FAST"); !usual) return usual.error();
  return discarded;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> count_letters(sqlite::Database& database) {
  auto rows = database.prepare("SELECT grp, count(*) FROM dead_letters WHERE state = 0 GROUP BY grp ORDER BY grp");
  if (!rows) return rows.error();
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (;;) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return counts;
    counts.emplace_back(std::string(rows->text(0)), rows->integer(1));
  }
}

}  // namespace tweetpulse
