// Who reads the SQLite queue, and since when it was silent.
// Threads: Requires: `writing` of the queue file is held.
#pragma once

#include <string_view>

#include "queue/sqlite_queue_file.h"

namespace tweetpulse {

Result<> mark_seen(sqlite::Database& database, std::string_view group, std::string_view consumer);
// Those that were silent for a day and hold nothing.
Result<> forget_old_consumers(sqlite::Database& database);
// Says that the readers of this process are alive, so that nobody claims their entries.
Result<> beat(sqlite::Database& database, QueueFile& file);

}  // namespace tweetpulse
