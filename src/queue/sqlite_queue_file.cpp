#include "queue/sqlite_queue_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <random>

namespace tweetpulse {
namespace {

constexpr std::int64_t kTrimEvery = 1'000;  // ms
constexpr std::int64_t kTrimPiece = 2'000;  // entries a transaction
constexpr int kTrimPieces = 100;
constexpr std::int64_t kDiskReserve = 4 << 20;  // bytes kept for acks

constexpr std::int64_t kSchemaVersion = 1;
constexpr std::string_view kSchema = R"sql(
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, pushed_at INTEGER NOT NULL, payload BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS totals (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  added INTEGER NOT NULL, trimmed INTEGER NOT NULL, bytes INTEGER NOT NULL, dead_bytes INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO totals VALUES (1, 0, 0, 0, 0);
CREATE TABLE IF NOT EXISTS groups (
  name TEXT PRIMARY KEY, last INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0, buried INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending (
  grp TEXT NOT NULL, seq INTEGER NOT NULL, consumer TEXT NOT NULL, delivered_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL, suspected INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (grp, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consumers (
  grp TEXT NOT NULL, name TEXT NOT NULL, seen_at INTEGER NOT NULL, PRIMARY KEY (grp, name)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
  n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL DEFAULT 0,
  grp TEXT NOT NULL, reason TEXT NOT NULL, source TEXT NOT NULL, tweet_id BLOB NOT NULL, payload BLOB NOT NULL,
  attempts INTEGER NOT NULL, first_error TEXT NOT NULL, last_error TEXT NOT NULL,
  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS dead_letters_by_state ON dead_letters (state);
CREATE INDEX IF NOT EXISTS dead_letters_by_group ON dead_letters (grp, tweet_id, state);
CREATE INDEX IF NOT EXISTS dead_letters_by_tweet ON dead_letters (tweet_id);
PRAGMA user_version = 1;
)sql";

Result<> check_version(sqlite::Database& database) {
  auto statement = database.prepare("PRAGMA user_version");
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  const auto version = *row ? statement->integer(0) : 0;
  if (version <= kSchemaVersion) return {};
  return Error{ErrorCode::corrupt, fmt::format("{} was written by a newer version of tweetpulse (schema {}, known {}): "
                                               "start that version, or name another data folder",
                                               database.file().string(), version, kSchemaVersion)};
}

std::string new_epoch() {
  std::random_device random;
  return fmt::format("{:08x}", random());
}

Result<> create_groups(sqlite::Database& database, const QueueFile& file) {
  for (const auto& name : file.config.groups) {
    // A group that comes late begins at the first entry that is still there.
    auto statement = database.prepare("INSERT OR IGNORE INTO groups (name, last) SELECT ?1, trimmed FROM totals");
    if (!statement) return statement.error();
    if (auto done = statement->bind(1, std::string_view(name)).run(); !done) return done.error();
  }
  return {};
}

Result<std::string> read_epoch(sqlite::Database& database) {
  const auto fresh = new_epoch();
  auto insert = database.prepare("INSERT OR IGNORE INTO meta VALUES ('epoch', ?1)");
  if (!insert) return insert.error();
  if (auto done = insert->bind(1, std::string_view(fresh)).run(); !done) return done.error();
  auto select = database.prepare("SELECT value FROM meta WHERE key = 'epoch'");
  if (!select) return select.error();
  auto row = select->step();
  if (!row) return row.error();
  return std::string(select->text(0));
}

// The last entry that no group of the configuration needs any more.
Result<std::int64_t> floor_of(sqlite::Database& database, const QueueFile& file) {
  std::int64_t floor = std::numeric_limits<std::int64_t>::max();
  for (const auto& name : file.config.groups) {
    auto statement = database.prepare(
        "SELECT coalesce((SELECT min(seq) - 1 FROM pending WHERE grp = ?1), last) FROM groups WHERE name = ?1");
    if (!statement) return statement.error();
    auto row = statement->bind(1, std::string_view(name)).step();
    if (!row) return row.error();
    floor = std::min(floor, *row ? statement->integer(0) : 0);
  }
  return floor;
}

// Returns whether there is more to trim.
Result<bool> trim_piece(sqlite::Database& database, const QueueFile& file) {
  auto totals = read_totals(database);
  if (!totals) return totals.error();
  auto floor = floor_of(database, file);
  if (!floor) return floor.error();
  const auto floor_here = std::min(*floor, totals->added);
  const auto upto = std::min(floor_here, totals->trimmed + kTrimPiece);
  if (upto <= totals->trimmed) return false;

  auto sum = database.prepare("SELECT total(length(payload)) FROM entries WHERE seq <= ?1");
  if (!sum) return sum.error();
  if (auto row = sum->bind(1, upto).step(); !row) return row.error();
  const auto bytes = static_cast<std::int64_t>(sum->real(0));
  sum->reset();

  auto remove = database.prepare("DELETE FROM entries WHERE seq <= ?1");
  if (!remove) return remove.error();
  if (auto done = remove->bind(1, upto).run(); !done) return done.error();
  totals->trimmed = upto;
  totals->bytes -= bytes;
  if (auto written = write_totals(database, *totals); !written) return written.error();
  return upto < floor_here;
}

std::int64_t file_bytes(const std::filesystem::path& path) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(path, problem);
  return problem ? 0 : static_cast<std::int64_t>(size);
}

Result<std::int64_t> integer_of(sqlite::Database& database, std::string_view pragma) {
  auto statement = database.prepare(pragma);
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return statement->integer(0);
}

// Bytes that the disk has left after `bytes` went through the log into the file, and the log was copied as well.
Result<std::int64_t> left_after(sqlite::Database& database, const std::filesystem::path& path, std::int64_t bytes) {
  std::error_code problem;
  const auto space = std::filesystem::space(path, problem);
  if (problem) return std::numeric_limits<std::int64_t>::max();
  auto free_pages = integer_of(database, "PRAGMA freelist_count");
  if (!free_pages) return free_pages;
  auto page_bytes = integer_of(database, "PRAGMA page_size");
  if (!page_bytes) return page_bytes;
  auto log = path;
  log += "-wal";
  const auto growth = file_bytes(log) + bytes + std::max<std::int64_t>(0, bytes - *free_pages * *page_bytes);
  return static_cast<std::int64_t>(
             std::min<std::uintmax_t>(space.available, std::numeric_limits<std::int64_t>::max())) -
         growth;
}

}  // namespace

std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Result<sqlite::Database> connect(const QueueFile& file, bool full_sync) {
  auto database = sqlite::Database::open(file.config.file, {.full_sync = full_sync});
  if (!database) return database;
  // A page is rewritten many times in a queue: fewer checkpoints copy it fewer times.
  auto set = database->execute(
      "PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = FAST");
  if (!set) return set.error();
  return database;
}

Result<> prepare_file(sqlite::Database& database, QueueFile& file) {
  if (auto checked = check_version(database); !checked) return checked;
  return database.transaction([&]() -> Result<> {
    if (auto created = database.execute(kSchema); !created) return created;
    if (auto grouped = create_groups(database, file); !grouped) return grouped;
    auto epoch = read_epoch(database);
    if (!epoch) return epoch.error();
    file.epoch = std::move(*epoch);
    return {};
  });
}

Result<QueueTotals> read_totals(sqlite::Database& database) {
  auto statement = database.prepare("SELECT added, trimmed, bytes, dead_bytes FROM totals");
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  if (!*row) {
    return Error{ErrorCode::corrupt, fmt::format("{} has lost its table of totals: move the file away and start again",
                                                 database.file().string())};
  }
  return QueueTotals{.added = statement->integer(0),
                     .trimmed = statement->integer(1),
                     .bytes = statement->integer(2),
                     .dead_bytes = statement->integer(3)};
}

Result<> write_totals(sqlite::Database& database, const QueueTotals& totals) {
  auto statement =
      database.prepare("UPDATE totals SET added = ?1, trimmed = ?2, bytes = ?3, dead_bytes = ?4 WHERE one = 1");
  if (!statement) return statement.error();
  return statement->bind(1, totals.added)
      .bind(2, totals.trimmed)
      .bind(3, totals.bytes)
      .bind(4, totals.dead_bytes)
      .run();
}

Result<> append_entry(sqlite::Database& database, QueueTotals& totals, Time pushed_at, std::string_view payload) {
  auto statement = database.prepare("INSERT INTO entries (seq, pushed_at, payload) VALUES (?1, ?2, ?3)");
  if (!statement) return statement.error();
  auto done = statement->bind(1, totals.added + 1).bind(2, to_ms(pushed_at)).bind_blob(3, payload).run();
  if (!done) return done;
  ++totals.added;
  totals.bytes += static_cast<std::int64_t>(payload.size());
  return {};
}

void ring(QueueFile& file) {
  {
    const std::lock_guard lock(file.bell_mutex);
    ++file.rings;
  }
  file.bell.notify_all();
}

std::uint64_t rings(QueueFile& file) {
  const std::lock_guard lock(file.bell_mutex);
  return file.rings;
}

Result<> trim(sqlite::Database& database, QueueFile& file) {
  for (int piece = 0; piece < kTrimPieces; ++piece) {
    const std::lock_guard lock(file.writing);
    auto more = database.transaction([&] { return trim_piece(database, file); });
    if (!more) return more.error();
    if (!*more) break;
  }
  return {};
}

Result<> trim_sometimes(sqlite::Database& database, QueueFile& file) {
  const auto now_ms = monotonic_ms();
  auto last = file.trimmed_at.load();
  if (last != 0 && now_ms - last < kTrimEvery) return {};
  if (!file.trimmed_at.compare_exchange_strong(last, now_ms)) return {};
  return trim(database, file);
}

Result<> room_on_disk(sqlite::Database& database, const QueueFile& file, std::int64_t bytes) {
  const auto& path = file.config.file;
  auto left = left_after(database, path, bytes);
  if (left && *left < kDiskReserve) {
    if (auto emptied = database.execute("PRAGMA wal_checkpoint(TRUNCATE)"); !emptied) return emptied;
    left = left_after(database, path, bytes);
  }
  if (!left) return left.error();
  if (*left >= kDiskReserve) return {};
  return Error{ErrorCode::unavailable,
               fmt::format("the disk of {} is full: free room there; what was accepted is safe", path.string())};
}

std::string receipt_of(const QueueFile& file, std::int64_t seq) {
  std::string receipt = file.epoch;
  receipt += '-';
  receipt += std::to_string(seq);
  return receipt;
}

Result<std::int64_t> seq_of(const QueueFile& file, std::string_view receipt) {
  const auto& epoch = file.epoch;
  std::int64_t seq = 0;
  if (receipt.size() > epoch.size() + 1 && receipt.starts_with(epoch) && receipt[epoch.size()] == '-') {
    const auto digits = receipt.substr(epoch.size() + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
    if (problem == std::errc() && end == digits.data() + digits.size() && seq > 0) return seq;
  }
  return Error{ErrorCode::rejected, fmt::format("receipt {} is not of the queue {} (epoch {}): hand back deliveries to "
                                                "the queue that gave them",
                                                receipt, file.config.file.string(), epoch)};
}

}  // namespace tweetpulse
