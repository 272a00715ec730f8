#include "tweet/json_line.h"

#include <algorithm>
#include <limits>

namespace tweetpulse {
namespace {

using simdjson::error_code;

// A string that simdjson cannot read is a lone surrogate when the line escapes one; else a bad escape.
bool has_surrogate_escape(std::string_view line) {
  for (std::size_t at = line.find("\\u"); at != std::string_view::npos; at = line.find("\\u", at + 2))
    if (at + 4 < line.size() && (line[at + 2] == 'd' || line[at + 2] == 'D') && line[at + 3] >= '8') return true;
  return false;
}

std::string reason_of(error_code code, std::string_view line) {
  switch (code) {
    case simdjson::UTF8_ERROR:
      return "invalid_utf8";
    case simdjson::DEPTH_ERROR:
      return "too_deep";
    case simdjson::CAPACITY:
      return "too_long";
    case simdjson::STRING_ERROR:
      return has_surrogate_escape(line) ? "invalid_unicode" : "not_json";
    default:
      return "not_json";
  }
}

struct LineParser {
  simdjson::dom::parser parser{kMaxLineBytes + 1};
  std::string padded;
  std::size_t capacity = 0;
  // The depth limit is part of the allocation; grows with the longest line so that a thread stays small.
  bool reserve(std::size_t bytes) {
    if (bytes <= capacity) return true;
    capacity = std::max<std::size_t>(bytes, 16'384);
    return !parser.allocate(capacity, kMaxJsonDepth);
  }
};

}  // namespace

std::variant<simdjson::dom::object, Refusal> parse_json_line(std::string_view line) {
  thread_local LineParser state;
  if (line.size() > kMaxLineBytes) return Refusal{"too_long"};
  if (!state.reserve(line.size())) return Refusal{"too_long"};
  state.padded.reserve(line.size() + simdjson::SIMDJSON_PADDING);
  state.padded.assign(line);
  simdjson::dom::element root;
  const auto code = state.parser.parse(state.padded.data(), line.size(), false).get(root);
  if (code) return Refusal{reason_of(code, line)};
  simdjson::dom::object object;
  if (root.get_object().get(object)) return Refusal{"not_object"};
  return object;
}

std::optional<simdjson::dom::element> member(simdjson::dom::object object, std::string_view name) {
  simdjson::dom::element element;
  if (object.at_key(name).get(element) || element.is_null()) return std::nullopt;
  return element;
}

std::string_view text_of(simdjson::dom::object object, std::string_view name) {
  std::string_view text;
  const auto element = member(object, name);
  if (!element || element->get_string().get(text)) return {};
  return text;
}

std::optional<simdjson::dom::object> object_of(simdjson::dom::object object, std::string_view name) {
  simdjson::dom::object inner;
  const auto element = member(object, name);
  if (!element || element->get_object().get(inner)) return std::nullopt;
  return inner;
}

std::optional<simdjson::dom::array> array_of(simdjson::dom::object object, std::string_view name) {
  simdjson::dom::array inner;
  const auto element = member(object, name);
  if (!element || element->get_array().get(inner)) return std::nullopt;
  return inner;
}

std::optional<std::int64_t> count_of(simdjson::dom::object object, std::string_view name) {
  const auto element = member(object, name);
  if (!element) return std::nullopt;
  std::int64_t number = 0;
  if (!element->get_int64().get(number)) return number;
  std::string_view text;
  if (element->get_string().get(text)) return std::nullopt;
  if (text.ends_with('+')) text.remove_suffix(1);
  if (text.empty() || text.size() > 18 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  for (const char c : text) number = number * 10 + (c - '0');
  return number;
}

bool flag_of(simdjson::dom::object object, std::string_view name) {
  bool value = false;
  const auto element = member(object, name);
  return element && !element->get_bool().get(value) && value;
}

bool is_x_id(std::string_view id) {
  static constexpr std::string_view kMax = "9223372036854775807";
  if (id.empty() || id.size() > kMax.size() || id[0] == '0') return false;
  if (!std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  return id.size() < kMax.size() || id <= kMax;
}

bool created_in_range(Time created_at, Time received_at) {
  static constexpr Time kFirstTweet = std::chrono::sys_days(std::chrono::year(2006) / 3 / 21);
  return created_at >= kFirstTweet && created_at <= received_at + std::chrono::hours(24);
}

}  // namespace tweetpulse
