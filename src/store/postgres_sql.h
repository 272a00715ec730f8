// A run of statements in one pipeline that stops at its first failure, so that callers check once, at the end.
// Threads: belongs to the thread that holds the connection.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "driver/postgres.h"

namespace tweetpulse {

class PostgresSql {
 public:
  explicit PostgresSql(postgres::Connection& connection) : connection_(connection) {}

  // Sent, not waited for: what fails is seen by the next each() or settle().
  template <class... Values>
  void run(std::string_view text, const Values&... values) {
    if (!error_) connection_.send(text, postgres::Parameters::of(values...));
  }
  // The same with a callback that runs at the next each() or settle().
  template <class OnRow, class... Values>
  void ask(std::string_view text, OnRow&& on_row, const Values&... values) {
    if (!error_) connection_.send(text, postgres::Parameters::of(values...), std::forward<OnRow>(on_row));
  }
  // Calls `on_row` for each row before it returns.
  template <class OnRow, class... Values>
  void each(std::string_view text, OnRow&& on_row, const Values&... values) {
    ask(text, std::ref(on_row), values...);
    settle();
  }
  void send(std::string_view text, const postgres::Parameters& parameters, postgres::Connection::OnRow on_row = {}) {
    if (!error_) connection_.send(text, parameters, std::move(on_row));
  }
  void settle() {
    if (error_) return;
    if (auto done = connection_.wait(); !done) error_ = done.error();
  }

  void fail(ErrorCode code, std::string_view what) {
    if (!error_) error_ = connection_.failure(code, what);
  }
  Result<> outcome() const {
    if (error_) return *error_;
    return {};
  }
  bool failed() const { return error_.has_value(); }
  std::int64_t rows() const { return connection_.rows(); }

 private:
  postgres::Connection& connection_;
  std::optional<Error> error_;
};

}  // namespace tweetpulse
