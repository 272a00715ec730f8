// One line of input as a JSON object, or why it is none: the first checks of protocols.md 1.7, for every format.
// Threads: each thread has its own parser; the element dies with that thread's next parse.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "tweet/tweet_json.h"

namespace tweetpulse {

inline constexpr std::size_t kMaxLineBytes = 1'000'000;
inline constexpr int kMaxJsonDepth = 64;

// too_long invalid_utf8 too_deep not_json invalid_unicode not_object. Every value of the line is validated.
std::variant<simdjson::dom::object, Refusal> parse_json_line(std::string_view line);

// The first member of that name; nullopt when absent, null, or of another type.
std::optional<simdjson::dom::element> member(simdjson::dom::object object, std::string_view name);
std::string_view text_of(simdjson::dom::object object, std::string_view name);  // "" = absent, not a string
std::optional<simdjson::dom::object> object_of(simdjson::dom::object object, std::string_view name);
std::optional<simdjson::dom::array> array_of(simdjson::dom::object object, std::string_view name);
// A whole number, or a string of digits with an optional `+` (X API v1.1 of 2011).
std::optional<std::int64_t> count_of(simdjson::dom::object object, std::string_view name);
bool flag_of(simdjson::dom::object object, std::string_view name);

bool is_x_id(std::string_view id);  // ^[1-9][0-9]{0,18}$ and within int64
inline bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

// X and neutral: 2006-03-21 <= created_at <= received_at + 24 h.
bool created_in_range(Time created_at, Time received_at);

}  // namespace tweetpulse
