// Pages of matches with totals and facets. Threads: as the Database; call inside one read transaction.
#pragma once

#include "driver/sqlite.h"
#include "search/search_index.h"

namespace tweetpulse::sqlite_search {

Result<SearchPage> find(sqlite::Database& database, const Query& query, const FindOptions& options);

}  // namespace tweetpulse::sqlite_search
