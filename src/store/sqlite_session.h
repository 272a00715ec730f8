// SQL on one connection of SQLite: each statement runs when it is given.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <string>

#include "driver/sqlite.h"
#include "store/sql.h"

namespace tweetpulse {

class SqliteSession : public Sql {
 public:
  explicit SqliteSession(sqlite::Database& database) : database_(database) {}

  void send(std::string_view text, std::span<const SqlValue> values, OnRow on_row) override;
  void settle() override {}
  std::vector<bool> insert_new(std::span<const NewRow> rows) override;
  void add_hours(const HourChanges& changes) override;
  void count_change(std::string_view writer) override;
  const SqlDialect& dialect() const override;
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }
  sqlite::Database& database() { return database_; }

 protected:
  Error failure(ErrorCode code, std::string_view what) const override;

 private:
  void step(sqlite::Statement& statement, const OnRow& on_row);

  sqlite::Database& database_;
  std::string packed_;
};

}  // namespace tweetpulse
