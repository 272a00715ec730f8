// The store's PostgreSQL: its schema and its connections, lent for one transaction at a time.
// Threads: any; transactions run side by side.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "driver/postgres_pool.h"
#include "store/adapters.h"
#include "store/postgres_sql.h"

namespace tweetpulse {

class PostgresDatabase {
 public:
  // Migrates. rejected: the server refuses us, or its schema is newer than this program.
  static Result<std::unique_ptr<PostgresDatabase>> open(const PostgresStoreConfig& config);
  PostgresDatabase(postgres::Config config, int connections) : pool_(std::move(config), connections) {}

  // One transaction, durable on return. `work` takes PostgresSql& and returns a Result.
  template <class Work>
  auto write(Work&& work) -> decltype(work(std::declval<PostgresSql&>())) {
    return within("BEGIN", std::forward<Work>(work));
  }
  // One snapshot.
  template <class Work>
  auto read(Work&& work) -> decltype(work(std::declval<PostgresSql&>())) {
    return within("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", std::forward<Work>(work));
  }
  // `work` begins and ends its transactions itself; one that it leaves open is rolled back.
  template <class Work>
  auto lend(Work&& work) -> decltype(work(std::declval<PostgresSql&>())) {
    auto lease = pool_.borrow();
    if (!lease) return lease.error();
    PostgresSql sql(**lease);
    auto result = work(sql);
    if (auto outcome = sql.outcome(); !outcome) return outcome.error();
    return result;
  }

 private:
  template <class Work>
  auto within(std::string_view begin, Work&& work) -> decltype(work(std::declval<PostgresSql&>())) {
    return lend([&](PostgresSql& sql) -> decltype(work(sql)) {
      sql.run(begin);
      auto result = work(sql);
      if (result) sql.run("COMMIT");
      sql.settle();
      return result;
    });
  }

  postgres::Pool pool_;
};

}  // namespace tweetpulse
