// A run of SQL statements that stops at its first failure, so that callers check once, at the end.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "driver/sqlite.h"

namespace tweetpulse {

class Sql {
 public:
  explicit Sql(sqlite::Database& database) : database_(database) {}

  template <class... Values>
  void run(std::string_view text, const Values&... values) {
    each(
        text, [](const sqlite::Statement&) {}, values...);
  }

  // Calls `row` for each row; after a failure nothing runs any more and no row comes.
  template <class Row, class... Values>
  void each(std::string_view text, Row&& row, const Values&... values) {
    step(text, row, [&](sqlite::Statement& statement) {
      [[maybe_unused]] int index = 0;
      (statement.bind(++index, values), ...);
    });
  }

  // The same with values, std::variants, that are known only at run time.
  template <class Values, class Row>
  void each_of(std::string_view text, const Values& values, Row&& row) {
    step(text, row, [&](sqlite::Statement& statement) {
      int index = 0;
      for (const auto& value : values) {
        ++index;
        std::visit([&](const auto& known) { statement.bind(index, known); }, value);
      }
    });
  }

  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }
  Result<> outcome() const {
    if (error_) return *error_;
    return {};
  }
  bool failed() const { return error_.has_value(); }
  sqlite::Database& database() { return database_; }

 private:
  template <class Row, class Bind>
  void step(std::string_view text, Row&& row, Bind&& bind) {
    if (error_) return;
    auto statement = database_.prepare(text);
    if (!statement) return fail(statement.error());
    bind(*statement);
    for (;;) {
      const auto more = statement->step();
      if (!more) return fail(more.error());
      if (!*more) return;
      row(std::as_const(*statement));
    }
  }

  sqlite::Database& database_;
  std::optional<Error> error_;
};

inline std::optional<std::int64_t> integer_or_null(const sqlite::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

}  // namespace tweetpulse
