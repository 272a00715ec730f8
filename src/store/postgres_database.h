// The store's PostgreSQL: its schema and its connections, lent for one transaction at a time.
// Threads: any; transactions run side by side.
#pragma once

#include <memory>

#include "store/adapters.h"
#include "store/sql.h"

namespace tweetpulse {

// Migrates. rejected: the server refuses us, or its schema is newer than this program.
Result<std::unique_ptr<SqlDatabase>> open_postgres_database(const PostgresStoreConfig& config);

}  // namespace tweetpulse
