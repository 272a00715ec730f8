// The Books of a store file.
// Threads: any method from any thread.
#pragma once

#include <memory>

#include "store/books.h"
#include "store/sqlite_file.h"

namespace tweetpulse {

// Requires: `file` outlives the books.
std::unique_ptr<Books> sqlite_books(SqliteFile& file);

}  // namespace tweetpulse
