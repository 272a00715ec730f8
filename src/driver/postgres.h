// PostgreSQL in RAII: one connection, a pipeline of statements with binary values, prepared ones kept by their text.
// Threads: a Connection belongs to one thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "driver/postgres_values.h"

namespace tweetpulse::postgres {

struct Config {
  std::string url;  // postgres_url.h
  std::string application = "tweetpulse";
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds statement_timeout{30'000};  // of a trip; the server cancels before; 0 = never
  bool named_statements = true;                         // false: a pooler in transaction mode is in between
};

// What a failure means to the caller. unavailable: connection, overload, deadlock, serialisation, shutdown, lost
// prepared statement, or a table, column, right or login is missing; rejected: this data never; corrupt: pages are
// damaged.
ErrorCode code_of(std::string_view sqlstate);

class Connection {
 public:
  // rejected: the URL, the password or the database is wrong. unavailable: nobody answers, or not yet.
  static Result<std::unique_ptr<Connection>> open(const Config& config);
  Connection(const Connection&) = delete;
  ~Connection();

  using OnRow = std::function<void(const Row&)>;

  // Puts a statement into the pipeline; `on_row` is called inside wait(). After a failure nothing runs until wait().
  void send(std::string_view sql, const Parameters& parameters = {}, OnRow on_row = {});
  // Runs what was sent and gives the first failure. timeout: the answer was lost on the way, the outcome is unknown;
  // the connection is then of no use.
  Result<> wait();
  Result<> query(std::string_view sql, const Parameters& parameters = {}, OnRow on_row = {});
  // Several statements in one text, without values. Requires: nothing waits in the pipeline.
  Result<> script(std::string_view sql);

  // Rows that the last statement of the last wait() wrote or gave.
  std::int64_t rows() const;
  bool is_good() const;  // false: drop it
  // The last failure of a statement named a table, column, right or login that is missing: waiting mends nothing.
  bool needs_somebody() const;
  bool is_idle() const;  // no transaction is open
  bool is_alive();       // asks the socket alone: has the server hung up?
  const std::string& address() const;
  Error failure(ErrorCode code, std::string_view what) const;

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tweetpulse::postgres
