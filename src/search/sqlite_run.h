// Statements in one line: bind the arguments in order, run. Threads: as the Database.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "driver/sqlite.h"

namespace tweetpulse::sqlite_search {

struct Blob {
  std::string_view bytes;
};
struct Null {};

inline void bind_one(sqlite::Statement& statement, int index, std::string_view text) {
  statement.bind(index, text);
}
inline void bind_one(sqlite::Statement& statement, int index, const std::string& text) {
  statement.bind(index, std::string_view(text));
}
inline void bind_one(sqlite::Statement& statement, int index, const char* text) {
  statement.bind(index, std::string_view(text));
}
inline void bind_one(sqlite::Statement& statement, int index, Blob blob) {
  statement.bind_blob(index, blob.bytes);
}
inline void bind_one(sqlite::Statement& statement, int index, Null) {
  statement.bind_null(index);
}
inline void bind_one(sqlite::Statement& statement, int index, double value) {
  statement.bind(index, value);
}
template <std::integral Number>
void bind_one(sqlite::Statement& statement, int index, Number value) {
  statement.bind(index, static_cast<std::int64_t>(value));
}
template <class T>
void bind_one(sqlite::Statement& statement, int index, const std::optional<T>& value) {
  if (value) {
    bind_one(statement, index, *value);
  } else {
    statement.bind_null(index);
  }
}

template <class... Arguments>
void bind_in_order(sqlite::Statement& statement, const Arguments&... arguments) {
  int index = 0;
  (bind_one(statement, ++index, arguments), ...);
}

// For statements without rows. The arguments live through the call, as binding asks.
template <class... Arguments>
Result<> run(sqlite::Database& database, std::string_view sql, const Arguments&... arguments) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  bind_in_order(*statement, arguments...);
  return statement->run();
}

// Calls each(statement) for every row.
template <class Each, class... Arguments>
Result<> for_each_row(sqlite::Database& database, Each&& each, std::string_view sql, const Arguments&... arguments) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  bind_in_order(*statement, arguments...);
  for (;;) {
    auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return {};
    each(*statement);
  }
}

}  // namespace tweetpulse::sqlite_search
