// Query tree -> SQL over the tables of sqlite_schema.cpp: api.md 9.5, two-valued. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "driver/sqlite.h"
#include "query/ast.h"

namespace tweetpulse::sqlite_search {

using Parameter = std::variant<std::int64_t, double, std::string>;

// Who leads the reading: the posting lists of the full-text table, or the order of created_at.
enum class Lead { text, time };

// `FROM <from> WHERE <where>` gives the visible matches as rows of `tweets t`.
struct Selection {
  std::string from, where;
  std::vector<Parameter> parameters;  // in the order of from and where
};
Selection select(const Query& query, Lead lead);

// Every text condition that is not under a NOT, or-ed: what relevancy scores. "" = the query has none.
std::string scoring_match(const Query& query);
// Every match is among the rows of scoring_match().
bool needs_text(const Query& query);

// Binds from `first` on; returns the next free index. The parameters must outlive the statement's use.
int bind_all(sqlite::Statement& statement, const std::vector<Parameter>& parameters, int first = 1);

}  // namespace tweetpulse::sqlite_search
