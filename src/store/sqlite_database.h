// The open store file: its schema, one writing connection and a few reading ones.
// Threads: any; transactions take turns, reads run side by side, each on a connection of its own.
#pragma once

#include <memory>

#include "store/adapters.h"
#include "store/sql.h"

namespace tweetpulse {

// Creates or migrates the file. rejected: it belongs to another program or a newer version.
Result<std::unique_ptr<SqlDatabase>> open_sqlite_database(const SqliteStoreConfig& config);

}  // namespace tweetpulse
