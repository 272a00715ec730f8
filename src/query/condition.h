// What one operand of a query means: a node of the tree, or the error that names its place. Threads: pure.
#pragma once

#include <variant>

#include "query/lexer.h"
#include "query/parser.h"

namespace tweetpulse {

inline constexpr std::size_t kMaxPhraseTerms = 32;

// Requires: token.is_operand().
std::variant<QueryNode, QueryError> read_condition(const QueryToken& token, const ParseOptions& options);

}  // namespace tweetpulse
