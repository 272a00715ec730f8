#include "store/sqlite_database.h"

#include <array>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite_session.h"

namespace tweetpulse {
namespace {

constexpr std::array<std::string_view, 3> kMigrations = {
#include "store_migrations.inc"
};
constexpr std::int64_t kApplicationId = 0x54775073;  // "TwPs"
constexpr std::size_t kReaders = 4;

std::int64_t pragma(SqliteSession& sql, std::string_view name) {
  std::int64_t value = 0;
  sql.each("PRAGMA " + std::string(name), [&](const SqlRow& row) { value = row.integer(0); });
  return value;
}

Result<> check_owner(SqliteSession& sql, std::int64_t version) {
  const std::string file = sql.database().file().string();
  std::int64_t tables = 0;
  sql.each("SELECT count(*) FROM sqlite_master", [&](const SqlRow& row) { tables = row.integer(0); });
  if (pragma(sql, "application_id") != kApplicationId && tables > 0) {
    return Error{ErrorCode::rejected, "Opening " + file + ": it belongs to another program; name another file"};
  }
  std::int64_t oldest = 0;
  if (version > static_cast<std::int64_t>(kMigrations.size())) {
    sql.each("SELECT value FROM numbers WHERE name = 'oldest_reader'",
             [&](const SqlRow& row) { oldest = row.integer(0); });
  }
  if (oldest > static_cast<std::int64_t>(kMigrations.size())) {
    return Error{ErrorCode::rejected, "Opening " + file + ": it was written by a newer version (schema " +
                                          std::to_string(version) + "); use that version"};
  }
  return sql.outcome();
}

Result<> migrate(sqlite::Database& database) {
  return database.transaction([&]() -> Result<> {
    SqliteSession sql(database);
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

class SqliteDatabase : public SqlDatabase {
 public:
  SqliteDatabase(std::filesystem::path file, sqlite::Database writer)
      : file_(std::move(file)), writer_(std::move(writer)) {}

 protected:
  Result<> within(Scope scope, const std::function<void(Sql&)>& work) override {
    if (scope == Scope::transaction) {
      const std::lock_guard lock(writing_);
      return writer_.transaction([&] {
        SqliteSession sql(writer_);
        work(sql);
        return sql.outcome();
      });
    }
    auto connection = borrow();
    if (!connection) return connection.error();
    SqliteSession sql(**connection);
    sql.run("BEGIN");
    work(sql);
    (void)(*connection)->execute("COMMIT");
    give_back(std::move(*connection));
    return sql.outcome();
  }

 private:
  using Connection = std::unique_ptr<sqlite::Database>;

  Result<Connection> borrow() {
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
  void give_back(Connection connection) {
    {
      const std::lock_guard lock(pool_);
      --lent_;
      if (connection) idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
  }

  std::filesystem::path file_;
  std::mutex writing_;
  sqlite::Database writer_;
  std::mutex pool_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
  std::size_t lent_ = 0;
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> open_sqlite_database(const SqliteStoreConfig& config) {
  auto writer = sqlite::Database::open(config.file);
  if (!writer) return writer.error();
  if (auto migrated = migrate(*writer); !migrated) return migrated.error();
  // The log may grow to 32 MB before it is copied: a hot page is then copied once for many batches.
  for (const char* sql : {"PRAGMA wal_autocheckpoint = 4000", "PRAGMA journal_size_limit = 67108864",
                          "PRAGMA cache_size = -32000", "PRAGMA wal_checkpoint(PASSIVE)"}) {
    if (auto set = writer->execute(sql); !set) return set.error();
  }
  return std::make_unique<SqliteDatabase>(config.file, std::move(*writer));
}

}  // namespace tweetpulse
