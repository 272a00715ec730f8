// Series, rankings and counts over all matches. Threads: as the Database; call inside one read transaction.
#pragma once

#include "driver/sqlite.h"
#include "search/search_index.h"

namespace tweetpulse::sqlite_search {

Result<std::optional<std::pair<Time, Time>>> extent(sqlite::Database& database, const Query& query);
Result<std::vector<Series>> series(sqlite::Database& database, const Query& query, std::span<const Time> edges,
                                   std::string_view group_by, bool count_authors);
Result<TopPage> top(sqlite::Database& database, const Query& query, const TopOptions& options);
Result<std::map<std::string, std::int64_t>> counts(sqlite::Database& database, const Query& query,
                                                   const TopOptions& options, std::span<const std::string> values);

}  // namespace tweetpulse::sqlite_search
