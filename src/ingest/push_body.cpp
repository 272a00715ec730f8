#include "ingest/push_body.h"

#include <simdjson.h>

#include <algorithm>

namespace tweetpulse {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool parses(simdjson::dom::parser& parser, std::string_view text, simdjson::dom::element& root) {
  return !parser.parse(simdjson::padded_string(text)).get(root);
}

// {"index":{..}} and {"create":{..}}: the next line is the document.
bool is_bulk_action(simdjson::dom::parser& parser, std::string_view line) {
  if (line.size() > 4096) return false;
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (!parses(parser, line, root) || root.get_object().get(object) || object.size() != 1) return false;
  const std::string_view key = (*object.begin()).key;
  return key == "index" || key == "create";
}

void add_elements(simdjson::dom::array array, PushBody& body) {
  body.elements.reserve(array.size());
  for (const auto element : array) {
    body.elements.push_back(simdjson::minify(element));
    body.lines.push_back({static_cast<std::int64_t>(body.elements.size()), body.elements.back()});
  }
}

}  // namespace

PushBody cut_body(std::string_view bytes) {
  PushBody body;
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const auto whole = trimmed(bytes);
  const auto first_line = trimmed(whole.substr(0, whole.find('\n')));
  const bool many = first_line.size() != whole.size();
  if (whole.starts_with('[') && parses(parser, whole, root)) {
    simdjson::dom::array array;
    if (!root.get_array().get(array)) {
      add_elements(array, body);
      return body;
    }
  }
  if (many && whole.starts_with('{') && !parses(parser, first_line, root) && parses(parser, whole, root)) {
    body.lines.push_back({1, whole});
    return body;
  }
  const bool bulk = is_bulk_action(parser, first_line);
  std::int64_t number = 0;
  bool action_next = bulk;
  while (!bytes.empty()) {
    auto line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trimmed(line).empty()) continue;
    if (bulk && action_next && is_bulk_action(parser, line)) {
      action_next = false;
      continue;
    }
    action_next = true;
    body.lines.push_back({number, line});
  }
  return body;
}

}  // namespace tweetpulse
