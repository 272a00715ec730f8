#include "search/elastic_json.h"

#include <fmt/format.h>

namespace tweetpulse::elastic {

Result<Json> Json::parse(const HttpReply& response) {
  Json json;
  json.parser_ = std::make_unique<simdjson::dom::parser>();
  const auto failed = json.parser_->parse(response.body).get(json.root_);
  if (failed != simdjson::SUCCESS)
    return Error{ErrorCode::timeout,
                 fmt::format("The search server's answer is no JSON ({}, status {}): what was asked "
                             "may or may not have been done.",
                             simdjson::error_message(failed), response.status)};
  return json;
}

std::optional<simdjson::dom::element> member(simdjson::dom::element from, std::string_view name) {
  simdjson::dom::element found;
  if (!from.is_object() || simdjson::dom::object(from).at_key(name).get(found) != simdjson::SUCCESS)
    return std::nullopt;
  return found;
}

std::string_view text_of(const std::optional<simdjson::dom::element>& element) {
  std::string_view text;
  if (!element || element->get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::int64_t integer_of(const std::optional<simdjson::dom::element>& element) {
  if (!element) return 0;
  if (std::int64_t integer = 0; element->get(integer) == simdjson::SUCCESS) return integer;
  return static_cast<std::int64_t>(number_of(element));
}

double number_of(const std::optional<simdjson::dom::element>& element) {
  double number = 0;
  if (!element || element->get(number) != simdjson::SUCCESS) return 0;
  return number;
}

bool is_true(const std::optional<simdjson::dom::element>& element) {
  bool value = false;
  return element && element->get(value) == simdjson::SUCCESS && value;
}

std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += "0123456789ABCDEF"[byte >> 4];
      out += "0123456789ABCDEF"[byte & 15];
    }
  }
  return out;
}

}  // namespace tweetpulse::elastic
