#include "store/postgres_doctor.h"

#include <fmt/format.h>

#include "driver/postgres.h"

namespace tweetpulse {
namespace {

constexpr std::int64_t kOldestTested = 150'000;

using enum Check::Verdict;

void judge_durability(const PostgresFacts& facts, bool durable, Checks& out) {
  const bool torn = facts.fsync != "on" || facts.full_page_writes != "on";
  out.judge(torn || durable ? fail : warn, !torn && facts.synchronous_commit != "off", "postgres durability",
            fmt::format("fsync {}, full_page_writes {}, synchronous_commit {}", facts.fsync, facts.full_page_writes,
                        facts.synchronous_commit),
            torn ? "ALTER SYSTEM SET fsync = on; ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf()"
                 : "ALTER SYSTEM RESET synchronous_commit, and that of database and role; SELECT pg_reload_conf()");
}

void judge_text(const PostgresFacts& facts, Checks& out) {
  out.judge(fail, facts.encoding == "UTF8", "postgres encoding", facts.encoding,
            "CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0, and name that one in store.url");
  const bool moved = !facts.library_version.empty() && facts.collation_version != facts.library_version;
  out.judge(warn, !moved, "postgres collation",
            moved ? fmt::format("{}, made with version {} of the library, which is {} now", facts.collation,
                                facts.collation_version, facts.library_version)
                  : facts.collation,
            "REINDEX DATABASE; ALTER DATABASE ... REFRESH COLLATION VERSION: indexes may be in a wrong order");
}

void judge_writing(const PostgresFacts& facts, Checks& out) {
  if (facts.standby || facts.read_only)
    return out.fail("postgres writes", facts.standby ? "this is a standby" : "transactions are read-only",
                    facts.standby ? "name the primary in store.url, or add ?target_session_attrs=read-write"
                                  : "ALTER DATABASE ... RESET default_transaction_read_only");
  out.judge(fail, facts.may_write && facts.may_create, "postgres writes",
            !facts.may_write ? "the user may not write its tables"
            : facts.may_create
                ? fmt::format("allowed; the database has {:.1f} MB", static_cast<double>(facts.bytes) / 1e6)
                : "the user may create no tables, and some are missing",
            !facts.may_write ? "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ... TO its user"
                             : "GRANT CREATE ON SCHEMA ... TO its user, or run tweetpulse migrate as the owner");
}

}  // namespace

void judge_postgres(const PostgresFacts& facts, const PostgresStoreConfig& config, bool durable, Checks& out) {
  out.judge(warn, facts.version_number >= kOldestTested, "postgres version", facts.version,
            "upgrade to 15 or newer: nothing older is tested");
  judge_durability(facts, durable, out);
  judge_text(facts, out);
  judge_writing(facts, out);
  const auto left = facts.max_connections - facts.reserved - facts.used;
  out.judge(left <= 0 ? fail : warn, left >= config.connections, "postgres connections",
            fmt::format("{} of {} in use, {} left; a process takes up to {}", facts.used,
                        facts.max_connections - facts.reserved, left, config.connections),
            "raise max_connections, lower store.connections, or put a pooler in between");
}

namespace {

constexpr std::string_view kFacts =
    "SELECT current_setting('server_version'), current_setting('server_version_num')::bigint,"
    " current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),"
    " pg_encoding_to_char(d.encoding)::text, d.datcollate::text,"
    " current_setting('max_connections')::bigint, current_setting('superuser_reserved_connections')::bigint,"
    " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),"
    " pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',"
    " coalesce(has_table_privilege(to_regclass('tweets'), 'INSERT, UPDATE, DELETE'), true),"
    " coalesce(has_schema_privilege(current_schema(), 'CREATE'), has_database_privilege(d.oid, 'CREATE')),"
    " pg_database_size(d.oid), clock_timestamp() FROM pg_database d WHERE d.datname = current_database()";

// From version 15 on.
constexpr std::string_view kCollation =
    "SELECT coalesce(datcollversion, '')::text, coalesce(pg_database_collation_actual_version(oid), '')::text"
    " FROM pg_database WHERE datname = current_database()";

PostgresFacts facts_of(const postgres::Row& row) {
  PostgresFacts facts;
  facts.version = row.text(0);
  facts.version_number = row.integer(1);
  facts.fsync = row.text(2);
  facts.full_page_writes = row.text(3);
  facts.synchronous_commit = row.text(4);
  facts.encoding = row.text(5);
  facts.collation = row.text(6);
  facts.max_connections = row.integer(7);
  facts.reserved = row.integer(8);
  facts.used = row.integer(9);
  facts.standby = row.flag(10);
  facts.read_only = row.flag(11);
  facts.may_write = row.flag(12);
  facts.may_create = row.flag(13);
  facts.bytes = row.integer(14);
  return facts;
}

// How many migrations the schema lacks; nullopt: it is not ours to use.
std::optional<std::size_t> check_migrations(const PostgresStoreConfig& config, Checks& out) {
  const auto missing = missing_migrations(config);
  if (!missing) {
    out.failed("postgres schema", missing.error());
    return std::nullopt;
  }
  std::string names;
  for (const auto& migration : *missing) names += (names.empty() ? "" : " ") + migration.name;
  out.judge(warn, missing->empty(), "postgres schema", missing->empty() ? "up to date" : "missing: " + names,
            "tweetpulse migrate; every worker does it at its start too");
  return missing->size();
}

}  // namespace

std::vector<Check> check_server(const PostgresStoreConfig& config, bool durable) {
  Checks out;
  postgres::Config driver;
  driver.url = config.url;
  driver.application = config.application;
  driver.named_statements = config.named_statements;
  const auto connection = postgres::Connection::open(driver);
  if (!connection) {
    out.failed("postgres", connection.error());
    return out.take();
  }
  PostgresFacts facts;
  Time theirs{};
  const auto before = now();
  auto asked = (*connection)->query(kFacts, {}, [&](const postgres::Row& row) {
    facts = facts_of(row);
    theirs = row.time(15);
  });
  const auto after = now();
  if (asked && facts.version_number >= 150'000)
    asked = (*connection)->query(kCollation, {}, [&facts](const postgres::Row& row) {
      facts.collation_version = row.text(0);
      facts.library_version = row.text(1);
    });
  if (!asked) {
    out.failed("postgres", asked.error());
    return out.take();
  }
  out.pass("postgres", fmt::format("{} answers in {} ms", (*connection)->address(), (after - before).count()));
  const auto missing = check_migrations(config, out);
  facts.may_create = facts.may_create || missing.value_or(0) == 0;
  judge_postgres(facts, config, durable, out);
  out.clock("postgres clock", theirs, before, after);
  return out.take();
}

}  // namespace tweetpulse
