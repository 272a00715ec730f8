// The tables of search.db, its connections, and what a row's state means. Threads: ReaderPool from any thread, a
// Database by one at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

#include "driver/sqlite.h"

namespace tweetpulse::sqlite_search {

// Bits of tweets.state; 0 = visible.
inline constexpr std::int64_t kAuthorHidden = 1, kWithheld = 2, kAuthorWithheld = 4;
inline constexpr std::int64_t kSuperseded = 8;  // by a later edit of its chain
inline constexpr std::int64_t kErased = 16;
inline constexpr std::int64_t kAbsent = 32;  // restored, not come again: only the time of the event is known
inline constexpr std::int64_t kGone = kSuperseded | kErased | kAbsent;

// Opens or creates the file with its schema. corrupt: damaged, or not ours.
Result<sqlite::Database> open_writer(const std::filesystem::path& file);

// Read connections, one a call; those that came back are kept for the next.
class ReaderPool {
 public:
  explicit ReaderPool(std::filesystem::path file) : file_(std::move(file)) {}

  // Runs work(database) in one read transaction: every statement sees the same state.
  template <class Work>
  auto read(Work&& work) -> decltype(work(std::declval<sqlite::Database&>())) {
    auto database = take();
    if (!database) return database.error();
    if (auto begun = database->execute("BEGIN"); !begun) return begun.error();
    auto result = work(*database);
    if (auto ended = database->execute("COMMIT"); ended) give_back(std::move(*database));
    return result;
  }

 private:
  Result<sqlite::Database> take();
  void give_back(sqlite::Database database);

  std::filesystem::path file_;
  std::mutex mutex_;
  std::vector<sqlite::Database> idle_;
};

}  // namespace tweetpulse::sqlite_search
