// Query tree -> query DSL as JSON text: api.md 9.5, two-valued. Strings enter it only as JSON strings of term and
// match_phrase queries, so no input is ever read as syntax. Threads: pure.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "query/ast.h"

namespace tweetpulse::elastic {

// The visible matches, as one query that scores nothing. `more`: further conditions, JSON each, and-ed. The one place
// that leaves tombstones and hidden tweets out.
std::string filter_of(const Query& query, std::initializer_list<std::string_view> more = {});

// filter_of(), scored by every text condition that is not under a NOT; "" = the query has none.
std::string scored_query(const Query& query, std::initializer_list<std::string_view> more = {});

// Conditions for `more`.
std::string term_query(std::string_view field, std::string_view value);
std::string missing_query(std::string_view field);
std::string range_query(std::string_view field, std::int64_t from, std::int64_t before);  // [from, before)
std::string none_of(std::string_view queries);                                            // a comma list

std::string json_string(std::string_view text);

}  // namespace tweetpulse::elastic
