// SQL on one connection of PostgreSQL: statements wait in its pipeline until an answer is asked for.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include "driver/postgres.h"
#include "store/sql.h"

namespace tweetpulse {

class PostgresSession : public Sql {
 public:
  explicit PostgresSession(postgres::Connection& connection) : connection_(connection) {}

  void send(std::string_view text, std::span<const SqlValue> values, OnRow on_row) override;
  void settle() override;
  std::vector<bool> insert_new(std::span<const NewRow> rows) override;
  void add_hours(const HourChanges& changes) override;
  void count_change(std::string_view writer) override;
  const SqlDialect& dialect() const override;

 protected:
  Error failure(ErrorCode code, std::string_view what) const override;

 private:
  postgres::Connection& connection_;
};

}  // namespace tweetpulse
