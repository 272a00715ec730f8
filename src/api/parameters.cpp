#include "api/parameters.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "api/fields.h"
#include "query/parser.h"
#include "query/when.h"

namespace tweetpulse::api {
namespace {

const std::string kEmpty;
const std::vector<std::string> kNone;

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

class Reader {
 public:
  Reader(std::span<const Param> params, const Pairs& pairs, std::string_view where, Time now)
      : params_(params), pairs_(pairs), where_(where), now_(now) {}

  std::variant<Values, std::vector<Fault>> read() {
    read_zone();
    for (const auto& [name, value] : pairs_) {
      const Param* param = find(name);
      if (param == nullptr) {
        unknown(name);
      } else if (!value.empty()) {
        take(*param, value);
      }
    }
    for (const Param& param : params_) finish(param);
    const auto from = values_.time("from"), to = values_.time("to");
    if (from && to && *from >= *to) {
      fault("from", "empty-range", "must be before 'to'", "empty_range");
    }
    if (!faults_.empty()) return std::move(faults_);
    return std::move(values_);
  }

 private:
  const Param* find(std::string_view name) const {
    for (const Param& param : params_) {
      if (param.name == name) return &param;
      for (const auto alias : split(param.aliases, ' ')) {
        if (alias == name) return &param;
      }
    }
    return nullptr;
  }

  // The zone decides what dates mean, so it is read before them.
  void read_zone() {
    for (const auto& [name, value] : pairs_) {
      if (name == "tz" && is_zone(value)) zone_ = value;
    }
  }

  Fault& fault(std::string_view name, std::string_view code, std::string msg, std::string_view type) {
    Fault& made = faults_.emplace_back();
    made.code = code;
    made.loc = {where_, std::string(name)};
    made.msg = std::move(msg);
    made.type = type;
    return made;
  }

  Fault& wrong(const Param& param, const std::string& input, std::string msg, std::string_view type) {
    Fault& made = fault(param.name, "invalid-parameter", std::move(msg), type);
    made.input = input;
    return made;
  }

  void unknown(const std::string& name) {
    std::vector<std::string_view> names;
    for (const Param& param : params_) names.push_back(param.name);
    fault(name, "unknown-parameter", "There is no parameter '" + name + "'", "unknown_parameter").suggestion =
        nearest(name, names);
  }

  void take(const Param& param, const std::string& text) {
    values_.given[std::string(param.name)] = true;
    Value& value = values_.values[std::string(param.name)];
    if (param.repeated && param.type == Type::text && where_ == "body") {
      value.texts.push_back(text);  // a JSON array needs no commas, and ids may hold them
      check_count(param, value, text);
    } else if (param.repeated) {
      for (const auto part : split(text, ',')) {
        if (!part.empty()) value.texts.push_back(check(param, std::string(part)));
      }
      check_count(param, value, text);
    } else if (value.texts.empty()) {
      value.texts.push_back(check(param, text));
      convert(param, value);
    } else {
      wrong(param, text, "must come once", "repeated");
    }
  }

  void check_count(const Param& param, const Value& value, const std::string& text) {
    if (param.most == 0 || value.texts.size() <= param.most) return;
    if (faults_.empty() || faults_.back().type != "too_many") {
      wrong(param, text, "must be at most " + std::to_string(param.most) + " values", "too_many");
    }
  }

  // The value as it is kept; adds a fault when it does not fit.
  std::string check(const Param& param, std::string text) {
    if (param.type == Type::choice) check_choice(param, text);
    if (param.type == Type::zone && !is_zone(text)) {
      wrong(param, text, "must be an IANA zone such as Europe/Berlin", "unknown_zone");
    }
    if (param.type == Type::fields) check_field(param, text);
    if (param.type == Type::text && param.range.starts_with("<=")) {
      const auto most = bounds_of(param.range).second;
      if (static_cast<std::int64_t>(text.size()) > most) {
        wrong(param, text.substr(0, 64), "must be at most " + std::to_string(most) + " bytes", "too_long");
      }
    }
    return text;
  }

  void check_choice(const Param& param, const std::string& text) {
    const auto choices = split(param.range, '|');
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return;
    std::string list;
    for (const auto choice : choices) list.append(list.empty() ? "" : ", ").append(choice);
    wrong(param, text, "must be one of " + list, "bad_value").suggestion = nearest(text, choices);
  }

  void check_field(const Param& param, const std::string& text) {
    if (is_field(text)) return;
    wrong(param, text, "There is no field '" + text + "'", "unknown_field").suggestion = nearest(text, field_names());
  }

  void convert(const Param& param, Value& value) {
    const std::string& text = value.texts.front();
    if (param.type == Type::integer) convert_integer(param, value, text);
    if (param.type == Type::boolean) convert_boolean(param, value, text);
    if (param.type == Type::time) {
      const auto time = parse_when(text, now_, zone_);
      if (time) {
        value.time = *time;
      } else {
        wrong(param, text, "must be " + time.error().what, "bad_time");
      }
    }
    if (param.type == Type::query) convert_query(param, text);
  }

  void convert_integer(const Param& param, Value& value, const std::string& text) {
    const auto [least, most] = bounds_of(param.range);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value.number);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
      wrong(param, text, "must be a whole number", "bad_value");
    } else if (error != std::errc{} || value.number < least || value.number > most) {
      wrong(param, text, "must be between " + std::to_string(least) + " and " + std::to_string(most), "out_of_range");
    }
  }

  void convert_boolean(const Param& param, Value& value, const std::string& text) {
    const std::string word = lower(text);
    value.number = word == "true" || word == "1" || word == "yes" || word == "on";
    if (value.number == 0 && word != "false" && word != "0" && word != "no" && word != "off") {
      wrong(param, text, "must be true or false", "bad_value");
    }
  }

  void convert_query(const Param& param, const std::string& text) {
    ParsedQuery parsed = parse_query(text, {.now = now_, .zone = zone_, .recover = false});
    values_.query = std::move(parsed.query);
    values_.warnings = std::move(parsed.warnings);
    for (QueryError& error : parsed.errors) {
      Fault& made = fault(param.name, "invalid-query", std::move(error.message), error.type);
      made.place = {error.offset, error.length};
      made.suggestion = std::move(error.suggestion);
    }
  }

  void finish(const Param& param) {
    const std::string name(param.name);
    if (values_.values.contains(name)) return;
    if (param.required) {
      fault(param.name, "invalid-parameter", "is missing", "missing");
    } else if (!param.fallback.empty()) {
      Value& value = values_.values[name];
      value.texts.emplace_back(param.fallback);
      convert(param, value);
    }
  }

  std::span<const Param> params_;
  const Pairs& pairs_;
  std::string where_;
  Time now_;
  std::string zone_ = "UTC";
  Values values_;
  std::vector<Fault> faults_;
};

bool append_pair(Pairs& out, std::string_view name, simdjson::dom::element value) {
  using simdjson::dom::element_type;
  switch (value.type()) {
    case element_type::ARRAY:
      for (const auto item : simdjson::dom::array(value)) {
        if (item.is_array() || !append_pair(out, name, item)) return false;
      }
      return true;
    case element_type::STRING:
      out.emplace_back(name, std::string_view(value));
      return true;
    case element_type::NULL_VALUE:
      return true;
    case element_type::OBJECT:
      return false;
    default:
      out.emplace_back(name, simdjson::minify(value));
      return true;
  }
}

}  // namespace

bool Values::has(std::string_view name) const {
  return given.contains(name);
}

const std::string& Values::text(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() || found->second.texts.empty() ? kEmpty : found->second.texts.front();
}

std::int64_t Values::integer(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? 0 : found->second.number;
}

bool Values::flag(std::string_view name) const {
  return integer(name) != 0;
}

std::optional<Time> Values::time(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : found->second.time;
}

const std::vector<std::string>& Values::list(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? kNone : found->second.texts;
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex(text[i + 1]) : -1, low = i + 2 < text.size() ? hex(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (!simdjson::validate_utf8(out)) return std::nullopt;
  return out;
}

std::optional<Pairs> query_pairs(std::string_view query) {
  Pairs out;
  for (const auto part : split(query, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    auto name = percent_decoded(part.substr(0, equals), true);
    auto value = percent_decoded(equals == std::string_view::npos ? "" : part.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

std::optional<Pairs> body_pairs(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (parser.allocate(std::max<std::size_t>(json.size(), 64), 64) != simdjson::SUCCESS) return std::nullopt;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  if (root.get(object) != simdjson::SUCCESS) return std::nullopt;
  Pairs out;
  for (const auto& [name, value] : object) {
    if (!append_pair(out, name, value)) return std::nullopt;
  }
  return out;
}

std::variant<Values, std::vector<Fault>> read_parameters(std::span<const Param> params, const Pairs& pairs,
                                                         std::string_view where, Time now) {
  return Reader(params, pairs, where, now).read();
}

std::pair<std::int64_t, std::int64_t> bounds_of(std::string_view range) {
  const auto number = [](std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  if (range.starts_with("<=")) return {0, number(range.substr(2))};
  const std::size_t dots = range.find("..");
  if (dots == std::string_view::npos) return {INT64_MIN, INT64_MAX};
  return {number(range.substr(0, dots)), number(range.substr(dots + 2))};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace tweetpulse::api
