#include "source/payload.h"

#include <utility>

#include "source/x_payload.h"
#include "tweet/json_line.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

using simdjson::dom::object;

bool looks_neutral(object root) {
  return member(root, "id") && member(root, "text") && parse_rfc3339(text_of(root, "created_at"));
}

// Neutral but for one fault: it deserves the exact reason.
bool resembles_neutral(object root) {
  int known = 0;
  for (const std::string_view name : {"id", "text", "created_at", "author"}) known += member(root, name).has_value();
  return known >= 3 && !member(root, "id_str");
}

std::optional<Format> format_of(object root) {
  if (looks_neutral(root)) return Format::neutral;
  if (looks_like_x_v1(root)) return Format::x_v1;
  if (looks_like_x_v2(root)) return Format::x_v2;
  return std::nullopt;
}

Received read_neutral_line(std::string_view line, Time received_at) {
  auto read = read_neutral(line, received_at);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return refused_line(refusal->reason, line);
  Received received;
  received.tweets.push_back(std::get<Tweet>(std::move(read)));
  return received;
}

}  // namespace

std::optional<Format> format_from(std::string_view name) {
  if (name == "auto") return Format::detect;
  if (name == "neutral") return Format::neutral;
  if (name == "x_v2") return Format::x_v2;
  if (name == "x_v1") return Format::x_v1;
  return std::nullopt;
}

std::string_view to_string(Format format) {
  switch (format) {
    case Format::neutral:
      return "neutral";
    case Format::x_v2:
      return "x_v2";
    case Format::x_v1:
      return "x_v1";
    case Format::detect:
      break;
  }
  return "auto";
}

std::optional<Format> detect_format(std::string_view line) {
  const auto parsed = parse_json_line(line);
  const auto* root = std::get_if<object>(&parsed);
  return root ? format_of(*root) : std::nullopt;
}

Received read_line(Format format, std::string_view line, Time received_at, bool keep_raw) {
  if (format == Format::neutral) return read_neutral_line(line, received_at);
  const auto parsed = parse_json_line(line);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return refused_line(refusal->reason, line);
  const auto root = std::get<object>(parsed);
  const PayloadContext context{line, received_at, keep_raw};
  if (format == Format::x_v1) return read_x_v1(root, context);
  if (format == Format::x_v2) return read_x_v2(root, context);
  if (const auto found = format_of(root)) return read_line(*found, line, received_at, keep_raw);
  return resembles_neutral(root) ? read_neutral_line(line, received_at) : refused_line("unknown_shape", line);
}

Received refused_line(std::string_view reason, std::string_view payload, std::string_view place) {
  Received received;
  received.rest = RefusedLine{std::string(reason), std::string(payload.substr(0, kKeptPayload)), std::string(place)};
  return received;
}

}  // namespace tweetpulse
