// The query language of api.md section 9: text in, tree out, or errors with their place and a suggestion.
// Threads: pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/ast.h"

namespace tweetpulse {

struct QueryError {
  std::string type;            // unknown_operator bad_value missing_value bad_time ... (api.md 9.4)
  std::string message;         // one sentence
  int offset = 0, length = 0;  // code points of the text
  std::string suggestion;      // "" = none
};

struct ParsedQuery {
  Query query;                        // meaningful when errors is empty
  std::vector<QueryError> errors;     // the first error only, unless `recover`
  std::vector<std::string> warnings;  // lowercase_or
};

struct ParseOptions {
  Time now{};                // what `now` means
  std::string zone = "UTC";  // IANA zone of dates without offset
  bool recover = false;      // go on after an error and report all
};

ParsedQuery parse_query(std::string_view text, const ParseOptions& options);

// Completions at the caret (code points): operators, values. For /api/query/suggest.
struct Suggestion {
  std::string text, description;
  int replace_offset = 0, replace_length = 0;
};
std::vector<Suggestion> suggest(std::string_view text, int caret);

// The nearest of the names within edit distance 2; "" = none.
std::string nearest(std::string_view name, std::span<const std::string_view> names);

}  // namespace tweetpulse
