#include "api/yaml.h"

#include <simdjson.h>

namespace tweetpulse::api {
namespace {

using simdjson::dom::element;

void append(std::string& out, element value, std::size_t depth);

bool is_empty(element value) {
  if (value.is_object()) return simdjson::dom::object(value).size() == 0;
  return value.is_array() && simdjson::dom::array(value).size() == 0;
}

// A JSON scalar, quoted strings included, is a YAML scalar too.
void append_after_dash_or_colon(std::string& out, element value, std::size_t depth) {
  if ((value.is_object() || value.is_array()) && !is_empty(value)) {
    append(out, value, depth);
  } else {
    out.append(" ").append(simdjson::minify(value));
  }
}

void append(std::string& out, element value, std::size_t depth) {
  if (value.is_object()) {
    for (const auto& [name, member] : simdjson::dom::object(value)) {
      out.append("\n").append(depth * 2, ' ').append("\"").append(name).append("\":");
      append_after_dash_or_colon(out, member, depth + 1);
    }
  } else {
    for (const element item : simdjson::dom::array(value)) {
      out.append("\n").append(depth * 2, ' ').append("-");
      append_after_dash_or_colon(out, item, depth + 1);
    }
  }
}

}  // namespace

std::string yaml_of(std::string_view json) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return std::string(json);
  std::string out = "---";
  append(out, root, 0);
  return out + "\n";
}

}  // namespace tweetpulse::api
