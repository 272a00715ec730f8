#include "store/sqlite_file.h"

#include <array>
#include <string>

namespace tweetpulse {
namespace {

constexpr std::array<std::string_view, 3> kMigrations = {
#include "store_migrations.inc"
};
constexpr std::int64_t kApplicationId = 0x54775073;  // "TwPs"
constexpr std::size_t kReaders = 4;

std::int64_t pragma(Sql& sql, std::string_view name) {
  std::int64_t value = 0;
  sql.each("PRAGMA " + std::string(name), [&](const sqlite::Statement& row) { value = row.integer(0); });
  return value;
}

Result<> check_owner(Sql& sql, std::int64_t version) {
  const std::string file = sql.database().file().string();
  std::int64_t tables = 0;
  sql.each("SELECT count(*) FROM sqlite_master", [&](const sqlite::Statement& row) { tables = row.integer(0); });
  if (pragma(sql, "application_id") != kApplicationId && tables > 0) {
    return Error{ErrorCode::rejected, "Opening " + file + ": it belongs to another program; name another file"};
  }
  std::int64_t oldest = 0;
  if (version > static_cast<std::int64_t>(kMigrations.size())) {
    sql.each("SELECT value FROM numbers WHERE name = 'oldest_reader'",
             [&](const sqlite::Statement& row) { oldest = row.integer(0); });
  }
  if (oldest > static_cast<std::int64_t>(kMigrations.size())) {
    return Error{ErrorCode::rejected, "Opening " + file + ": it was written by a newer version (schema " +
                                          std::to_string(version) + "); use that version"};
  }
  return sql.outcome();
}

Result<> migrate(sqlite::Database& database) {
  return database.transaction([&]() -> Result<> {
    Sql sql(database);
    const std::int64_t version = pragma(sql, "user_version");
    if (auto ours = check_owner(sql, version); !ours) return ours;
    for (auto next = static_cast<std::size_t>(version); next < kMigrations.size(); ++next) {
      if (auto done = database.execute(kMigrations[next]); !done) return done;
      sql.run("PRAGMA user_version = " + std::to_string(next + 1));
    }
    if (version == 0) sql.run("PRAGMA application_id = " + std::to_string(kApplicationId));
    return sql.outcome();
  });
}

}  // namespace

Result<std::unique_ptr<SqliteFile>> SqliteFile::open(const std::filesystem::path& file) {
  auto writer = sqlite::Database::open(file);
  if (!writer) return writer.error();
  if (auto migrated = migrate(*writer); !migrated) return migrated.error();
  // The log may grow to 32 MB before it is copied: a hot page is then copied once for many batches.
  for (const char* sql : {"PRAGMA wal_autocheckpoint = 4000", "PRAGMA journal_size_limit = 67108864",
                          "PRAGMA cache_size = -32000", "PRAGMA wal_checkpoint(PASSIVE)"}) {
    if (auto set = writer->execute(sql); !set) return set.error();
  }
  return std::make_unique<SqliteFile>(file, std::move(*writer));
}

SqliteFile::SqliteFile(std::filesystem::path file, sqlite::Database writer)
    : file_(std::move(file)), writer_(std::move(writer)) {}

Result<SqliteFile::Connection> SqliteFile::borrow() {
  std::unique_lock lock(pool_);
  returned_.wait(lock, [this] { return !idle_.empty() || lent_ < kReaders; });
  ++lent_;
  if (!idle_.empty()) {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  lock.unlock();
  auto opened = sqlite::Database::open(file_, {.read_only = true});
  if (opened) return std::make_unique<sqlite::Database>(std::move(*opened));
  give_back(nullptr);
  return opened.error();
}

void SqliteFile::give_back(Connection connection) {
  {
    const std::lock_guard lock(pool_);
    --lent_;
    if (connection) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace tweetpulse
