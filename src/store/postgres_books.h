// The Books of a store in PostgreSQL.
// Threads: any method from any thread.
#pragma once

#include <memory>

#include "store/books.h"
#include "store/postgres_database.h"

namespace tweetpulse {

// Requires: `database` outlives the books.
std::unique_ptr<Books> postgres_books(PostgresDatabase& database);

}  // namespace tweetpulse
