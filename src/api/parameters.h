// Parameters of a request: declared once in the route table, read into typed values, all errors reported at once.
// Threads: pure functions and plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "query/ast.h"

namespace tweetpulse::api {

enum class Type { text, integer, boolean, time, zone, choice, query, cursor, fields };

struct Param {
  std::string_view name, doc;
  Type type = Type::text;
  std::string_view range = "", fallback = "", example = "", aliases = "";  // range: "1..100", "auto|1m|1h", "<=4096"
  bool required = false, repeated = false;
  std::size_t most = 0;  // values of a repeated one; 0 = no limit
};

// One entry of `errors` in a problem (api.md section 5).
struct Fault {
  std::string code;  // of the problem: unknown-parameter, invalid-parameter, invalid-query, empty-range
  std::vector<std::string> loc;
  std::string msg, type;
  std::optional<std::string> input;
  std::optional<std::pair<int, int>> place;  // offset and length in code points
  std::string suggestion;                    // "" = none
};

struct Value {
  std::vector<std::string> texts;
  std::int64_t number = 0;
  std::optional<Time> time;
};

class Values {
 public:
  bool has(std::string_view name) const;                 // given, not only a default
  const std::string& text(std::string_view name) const;  // "" = neither given nor defaulted
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::optional<Time> time(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;

  std::map<std::string, Value, std::less<>> values;
  std::map<std::string, bool, std::less<>> given;
  Query query;                        // of the parameter of type query
  std::vector<std::string> warnings;  // of its parser
};

using Pairs = std::vector<std::pair<std::string, std::string>>;  // decoded names and values, in order

// nullopt: broken percent-encoding or no UTF-8.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
std::optional<Pairs> query_pairs(std::string_view query);
// The members of a JSON object as if they were a query string; nullopt: not one JSON object of plain values.
std::optional<Pairs> body_pairs(std::string_view json);

// `where`: "query" or "body". `now` is what the word now means.
std::variant<Values, std::vector<Fault>> read_parameters(std::span<const Param> params, const Pairs& pairs,
                                                         std::string_view where, Time now);

// Parts of a `range`: "1..100" and "<=4096" as numbers, "a|b" as words.
std::pair<std::int64_t, std::int64_t> bounds_of(std::string_view range);
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace tweetpulse::api
