// What the parts of the SQLite queue share: the file and its schema, one writer at a time, the bell that wakes readers.
// Threads: a QueueFile is shared by all threads; a Database passed in belongs to the caller, who holds `writing` to
// write.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "driver/sqlite.h"
#include "queue/adapters.h"

namespace tweetpulse {

struct QueueFile {
  explicit QueueFile(SqliteQueueConfig queue_config) : config(std::move(queue_config)) {}

  const SqliteQueueConfig config;
  std::string epoch;

  // SQLite's own waiting for the write lock sleeps; within the process a mutex does better.
  std::mutex writing;

  // Rung by each push of this process.
  std::mutex bell_mutex;
  std::condition_variable bell;
  std::uint64_t rings = 0;

  std::mutex members_mutex;
  std::multiset<std::pair<std::string, std::string>> members;  // (group, consumer) of the readers of this process

  std::atomic<std::int64_t> trimmed_at{0};  // monotonic ms of the last trim
};

// Figures of the whole file. Entries are numbered without holes: trimmed + 1 .. added are in the file.
struct QueueTotals {
  std::int64_t added = 0, trimmed = 0, bytes = 0, dead_bytes = 0;
};

std::int64_t monotonic_ms();  // one clock for all processes of the machine; begins anew when it is booted

Result<sqlite::Database> connect(const QueueFile& file, bool full_sync);
// Creates tables and groups; sets file.epoch.
Result<> prepare_file(sqlite::Database& database, QueueFile& file);

Result<QueueTotals> read_totals(sqlite::Database& database);
// Requires: inside a transaction.
Result<> write_totals(sqlite::Database& database, const QueueTotals& totals);
// Appends one entry, numbered by totals.added. Requires: inside a transaction that ends with write_totals.
Result<> append_entry(sqlite::Database& database, QueueTotals& totals, Time pushed_at, std::string_view payload);

void ring(QueueFile& file);
std::uint64_t rings(QueueFile& file);

// Deletes what every group is done with, in bounded transactions; takes `writing` for each. Whatever is unread or
// pending in a group of the configuration stays.
Result<> trim(sqlite::Database& database, QueueFile& file);
// The same, at most once a second.
Result<> trim_sometimes(sqlite::Database& database, QueueFile& file);

// unavailable when the disk could not take `bytes` more and still take the acks that make room in the file.
// Requires: `writing` is held, no transaction.
Result<> room_on_disk(sqlite::Database& database, const QueueFile& file, std::int64_t bytes);

std::string receipt_of(const QueueFile& file, std::int64_t seq);
Result<std::int64_t> seq_of(const QueueFile& file, std::string_view receipt);

}  // namespace tweetpulse
