// The Books of a store over SQL.
// Threads: any method from any thread.
#pragma once

#include <memory>

#include "store/books.h"
#include "store/sql.h"

namespace tweetpulse {

// Requires: `database` outlives the books.
std::unique_ptr<Books> sql_books(SqlDatabase& database);

}  // namespace tweetpulse
