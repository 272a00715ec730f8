// SQLite in RAII: one connection, prepared statements kept by their text, transactions. The only user of sqlite3.h.
// Threads: a Database belongs to one thread at a time.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tweetpulse::sqlite {

struct OpenOptions {
  bool read_only = false;
  bool full_sync = true;  // synchronous=FULL: a commit survives power loss; else NORMAL (survives kill -9)
  std::chrono::milliseconds busy_timeout{10'000};
};

class Database;

// A statement in use; step() until false, columns are valid until the next step(). Resets itself at the end.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement(const Statement&) = delete;
  ~Statement();

  Statement& bind(int index, std::int64_t value);  // index from 1, as in SQL
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view text);  // not copied: must live until the statement is reset
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_null(int index);
  template <std::integral T>
  Statement& bind(int index, T value) {
    return bind(index, static_cast<std::int64_t>(value));
  }
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind_null(index);
  }

  Result<bool> step();  // true: a row is there
  Result<> run();       // for statements without rows; then ready to be bound again
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;  // column from 0
  double real(int column) const;
  std::string_view text(int column) const;  // text or blob

 private:
  friend class Database;
  Statement(sqlite3_stmt* statement, sqlite3_stmt** slot);
  Statement& bound(int code);
  sqlite3_stmt* statement_;
  sqlite3_stmt** slot_;  // where the kept statement goes back to; null = not kept
  int bind_code_ = 0;
};

class Database {
 public:
  // Creates the file (and its folder) unless read_only. WAL. Errors name the file and the remedy; no room and a locked
  // file are unavailable, a damaged file is corrupt.
  static Result<Database> open(const std::filesystem::path& file, const OpenOptions& options = {});
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  Result<> execute(std::string_view sql);           // one or more statements, no rows
  Result<Statement> prepare(std::string_view sql);  // kept by its text: preparing it again is free
  // Runs `work` in BEGIN IMMEDIATE .. COMMIT; rolls back when it fails.
  template <class Work>
  auto transaction(Work&& work) -> decltype(work()) {
    if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return begun.error();
    auto result = work();
    if (!result) {
      (void)execute("ROLLBACK");
      return result;
    }
    if (auto committed = execute("COMMIT"); !committed) {
      (void)execute("ROLLBACK");
      return committed.error();
    }
    return result;
  }
  std::int64_t last_insert_rowid() const;
  std::int64_t changes() const;
  Result<std::int64_t> data_version();  // changes when another connection has committed
  sqlite3* handle() const;
  // Makes a pure function of at most 8 texts (NULL = "") callable in this connection's SQL.
  using TextFunction = std::int64_t (*)(std::span<const std::string_view> texts);
  Result<> add_function(const char* name, int arguments, TextFunction function);
  const std::filesystem::path& file() const;
  Error error(std::string_view doing) const;  // of the last failure

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
  friend class Statement;
};

}  // namespace tweetpulse::sqlite
