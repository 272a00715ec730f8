#include "api/json.h"

#include <simdjson.h>

#include "tweet/tweet_json.h"

namespace tweetpulse::api {
namespace {

// Length of the well-formed UTF-8 sequence at the front; 0 = none.
std::size_t sequence_length(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
  if (length == 0 || length > bytes.size()) return 0;
  return simdjson::validate_utf8(bytes.data(), length) ? length : 0;
}

}  // namespace

void Json::comma() {
  if (!fresh_) out_ += ',';
  fresh_ = false;
}

Json& Json::begin(char bracket) {
  comma();
  out_ += bracket;
  fresh_ = true;
  return *this;
}

Json& Json::end(char bracket) {
  out_ += bracket;
  fresh_ = false;
  return *this;
}

Json& Json::key(std::string_view name) {
  comma();
  append_json_string(out_, name);
  out_ += ':';
  fresh_ = true;
  return *this;
}

Json& Json::text(std::string_view value) {
  comma();
  if (simdjson::validate_utf8(value.data(), value.size())) {
    append_json_string(out_, value);
  } else {
    append_json_string(out_, as_utf8(value));
  }
  return *this;
}

Json& Json::text_or_null(std::string_view value) {
  return value.empty() ? null() : text(value);
}

Json& Json::number(std::int64_t value) {
  comma();
  out_ += std::to_string(value);
  return *this;
}

Json& Json::real(double value, int decimals) {
  comma();
  append_json_number(out_, value, decimals);
  return *this;
}

Json& Json::boolean(bool value) {
  return raw(value ? "true" : "false");
}

Json& Json::null() {
  return raw("null");
}

Json& Json::time(Time value) {
  comma();
  out_ += '"';
  append_rfc3339(out_, value);
  out_ += '"';
  return *this;
}

Json& Json::time(const std::optional<Time>& value) {
  return value ? time(*value) : null();
}

Json& Json::raw(std::string_view json) {
  comma();
  out_ += json;
  return *this;
}

std::string as_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    out += length == 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string pretty(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_string = false;
  const auto line = [&] { out.append("\n").append(depth * 2, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size()) out += json[++i];
      in_string = c != '"';
      continue;
    }
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    const bool closes_at_once = i + 1 < json.size() && (json[i + 1] == '}' || json[i + 1] == ']');
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') {
      out += c;
      if (closes_at_once) {
        out += json[++i];
        continue;
      }
      ++depth;
      line();
    } else if (c == '}' || c == ']') {
      --depth;
      line();
      out += c;
    } else {
      out += c;
      if (c == ',') line();
      if (c == ':') out += ' ';
    }
  }
  out += '\n';
  return out;
}

}  // namespace tweetpulse::api
