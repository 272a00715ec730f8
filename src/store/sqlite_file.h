// The open store file: its schema, one writing connection and a few reading ones.
// Threads: write() calls take turns; read() calls run side by side, each on a connection of its own.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "store/sqlite_sql.h"

namespace tweetpulse {

class SqliteFile {
 public:
  // Creates or migrates the file. rejected: it belongs to another program or a newer version.
  static Result<std::unique_ptr<SqliteFile>> open(const std::filesystem::path& file);
  explicit SqliteFile(std::filesystem::path file, sqlite::Database writer);

  // One transaction, durable on return. `work` takes Sql& and returns a Result.
  template <class Work>
  auto write(Work&& work) -> decltype(work(std::declval<Sql&>())) {
    const std::lock_guard lock(writing_);
    return writer_.transaction([&]() -> decltype(work(std::declval<Sql&>())) {
      Sql sql(writer_);
      auto result = work(sql);
      if (auto outcome = sql.outcome(); !outcome) return outcome.error();
      return result;
    });
  }

  // One snapshot.
  template <class Work>
  auto read(Work&& work) -> decltype(work(std::declval<Sql&>())) {
    auto connection = borrow();
    if (!connection) return connection.error();
    Sql sql(**connection);
    sql.run("BEGIN");
    auto result = work(sql);
    const auto outcome = sql.outcome();
    (void)(*connection)->execute("COMMIT");
    give_back(std::move(*connection));
    if (!outcome) return outcome.error();
    return result;
  }

 private:
  using Connection = std::unique_ptr<sqlite::Database>;
  Result<Connection> borrow();
  void give_back(Connection connection);

  std::filesystem::path file_;
  std::mutex writing_;
  sqlite::Database writer_;
  std::mutex pool_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
  std::size_t lent_ = 0;
};

}  // namespace tweetpulse
