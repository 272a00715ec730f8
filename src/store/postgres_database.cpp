// Migrations: numbered, each with the checksum of its text, all that is missing in one transaction.
#include <fmt/format.h>

#include <array>

#include "driver/postgres_pool.h"
#include "driver/postgres_url.h"
#include "store/postgres_database.h"
#include "store/postgres_session.h"

namespace tweetpulse {
namespace {

struct Shipped {
  int number;
  std::string_view name, sql;
};
constexpr Shipped kMigrations[] = {
#include "store_postgres_migrations.inc"
};
constexpr int kNewest = std::size(kMigrations);

// Asked of the catalogue itself: to_regclass() may remember, from before the lock was waited for, that there is none.
constexpr std::string_view kIsBegun =
    "SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'tweetpulse_migrations' AND pg_table_is_visible(oid))";

// oldest_reader: the lowest schema number whose program may still work with this one; NULL = its own alone.
constexpr std::string_view kHistory =
    "CREATE TABLE tweetpulse_migrations (number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
    " oldest_reader bigint, applied_at timestamptz NOT NULL DEFAULT now())";

std::string checksum_of(std::string_view sql) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : sql) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return fmt::format("{:016x}", hash);
}

postgres::Config driver_config(const PostgresStoreConfig& config) {
  postgres::Config driver;
  driver.url = config.url;
  driver.application = config.application;
  driver.statement_timeout = config.statement_timeout;
  driver.named_statements = config.named_statements;
  return driver;
}

Error refusal(const std::string& why) {
  return {ErrorCode::rejected, "Schema of the store in PostgreSQL: " + why};
}

// Which of ours are missing. rejected: the database is not ours to use.
Result<std::vector<Migration>> missing_in(postgres::Connection& connection) {
  bool begun = false;
  if (auto asked = connection.query(kIsBegun, {}, [&](const postgres::Row& row) { begun = row.flag(0); }); !asked)
    return asked.error();
  std::vector<std::string> checksums(kNewest);
  std::int64_t newest = 0, oldest_reader = 0;
  if (begun) {
    const auto asked =
        connection.query("SELECT number, checksum, coalesce(oldest_reader, number) FROM tweetpulse_migrations", {},
                         [&](const postgres::Row& row) {
                           newest = std::max(newest, row.integer(0));
                           oldest_reader = std::max(oldest_reader, row.integer(2));
                           if (row.integer(0) >= 1 && row.integer(0) <= kNewest)
                             checksums[static_cast<std::size_t>(row.integer(0) - 1)] = row.text(1);
                         });
    if (!asked) return asked.error();
  }
  if (newest > kNewest && oldest_reader > kNewest)
    return refusal(fmt::format("it was written by a newer version (schema {}, this program knows {}); use that version",
                               newest, kNewest));
  std::vector<Migration> missing;
  for (std::size_t i = 0; i < checksums.size(); ++i) {
    const auto& [number, name, sql] = kMigrations[i];
    if (checksums[i].empty()) {
      missing.push_back({number, std::string(name), std::string(sql)});
    } else if (checksums[i] != checksum_of(sql)) {
      return refusal(
          fmt::format("migration {} was another one when it was applied; use the version that applied it", name));
    }
  }
  return missing;
}

Result<> prepare_schema(postgres::Connection& connection, const std::string& schema) {
  if (!schema.empty()) {
    bool there = false;
    if (auto asked = connection.query("SELECT current_schema() IS NOT NULL", {},
                                      [&](const postgres::Row& row) { there = row.flag(0); });
        !asked || there)
      return asked;
    // The name holds small letters, digits and _ alone.
    return connection.query("CREATE SCHEMA IF NOT EXISTS " + schema);
  }
  return {};
}

Result<std::vector<Migration>> apply(postgres::Connection& connection, const std::string& schema) {
  connection.send("BEGIN");
  if (auto locked = connection.query("SELECT pg_advisory_xact_lock(hashtextextended('tweetpulse migrate', 0))");
      !locked)
    return locked.error();
  if (auto prepared = prepare_schema(connection, schema); !prepared) return prepared.error();
  auto missing = missing_in(connection);
  if (!missing) return missing.error();
  bool begun = false;
  if (auto asked = connection.query(kIsBegun, {}, [&](const postgres::Row& row) { begun = row.flag(0); }); !asked)
    return asked.error();
  if (!begun && !missing->empty()) {
    if (auto created = connection.query(kHistory); !created) return created.error();
  }
  for (const auto& migration : *missing) {
    if (auto done = connection.script(migration.sql); !done)
      return Error{done.error().code, "Migration " + migration.name + ": " + done.error().what};
    const std::string checksum = checksum_of(migration.sql);
    const auto noted =
        connection.query("INSERT INTO tweetpulse_migrations (number, name, checksum) VALUES ($1, $2, $3)",
                         postgres::Parameters::of(migration.number, migration.name, checksum));
    if (!noted) return noted.error();
  }
  if (auto committed = connection.query("COMMIT"); !committed) return committed.error();
  return missing;
}

// At the start a missing table or right is the operator's to mend; an outage is not.
Error at_start(const postgres::Connection& connection, Error error) {
  if (connection.needs_somebody()) error.code = ErrorCode::rejected;
  return error;
}

Result<> check_rights(postgres::Connection& connection) {
  bool granted = false;
  const auto asked = connection.query(
      "SELECT bool_and(has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT')"
      " AND has_table_privilege(name, 'UPDATE')) FROM unnest(ARRAY['tweets', 'tweet_aggregations', 'numbers',"
      " 'worker_ledger', 'ledger']) AS name",
      {}, [&](const postgres::Row& row) { granted = row.flag(0); });
  if (!asked) return asked.error();
  if (granted) return {};
  return connection.failure(ErrorCode::rejected,
                            "its user may not use the tables; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN "
                            "SCHEMA public (or your ?schema=) to it, or name another user in DATABASE_URL");
}

class PostgresDatabase : public SqlDatabase {
 public:
  PostgresDatabase(postgres::Config config, int connections) : pool_(std::move(config), connections) {}

 protected:
  // One that fails is rolled back when its connection is given back.
  Result<> within(Scope scope, const std::function<void(Sql&)>& work) override {
    auto lease = pool_.borrow();
    if (!lease) return lease.error();
    PostgresSession sql(**lease);
    if (scope == Scope::transaction) sql.run("BEGIN");
    if (scope == Scope::snapshot) sql.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    work(sql);
    if (scope != Scope::statements) sql.run("COMMIT");
    sql.settle();
    return sql.outcome();
  }

 private:
  postgres::Pool pool_;
};

}  // namespace

Result<std::vector<Migration>> missing_migrations(const PostgresStoreConfig& config) {
  auto connection = postgres::Connection::open(driver_config(config));
  if (!connection) return connection.error();
  return missing_in(**connection);
}

Result<std::vector<Migration>> migrate(const PostgresStoreConfig& config) {
  const auto target = postgres::parse_url(config.url);
  if (!target) return target.error();
  auto connection = postgres::Connection::open(driver_config(config));
  if (!connection) return connection.error();
  // The usual start needs no lock and no right to create tables.
  auto missing = missing_in(**connection);
  if (missing && !missing->empty()) missing = apply(**connection, target->schema);
  if (!missing) return at_start(**connection, missing.error());
  if (auto usable = check_rights(**connection); !usable) return at_start(**connection, usable.error());
  return missing;
}

Result<std::unique_ptr<SqlDatabase>> open_postgres_database(const PostgresStoreConfig& config) {
  if (auto migrated = migrate(config); !migrated) return migrated.error();
  return std::make_unique<PostgresDatabase>(driver_config(config), config.connections);
}

}  // namespace tweetpulse
