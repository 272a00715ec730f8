// Entries that may kill their holder, noted while they are handled alone: delivery.md section 6.
// Threads: Requires: `writing` of the queue file is held.
#pragma once

#include <string_view>

#include "base/result.h"
#include "driver/sqlite.h"

namespace tweetpulse {

// How many holders died with it in hand before this one.
Result<int> note_suspect(sqlite::Database& database, std::string_view group, std::int64_t seq);
// The holder gives it back alive.
Result<> spare_suspect(sqlite::Database& database, std::string_view group, std::int64_t seq);

}  // namespace tweetpulse
