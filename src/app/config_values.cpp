#include "app/config_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "query/parser.h"

namespace tweetpulse {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};
constexpr std::array<Unit, 6> kDurations = {
    {{"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}, {"", 1e3}}};
constexpr std::array<Unit, 6> kSizes = {{{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1}}};

template <std::size_t N>
std::optional<double> with_unit(std::string_view text, const std::array<Unit, N>& units) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (name.starts_with(' ')) name.remove_prefix(1);
  for (const auto& unit : units)
    if (unit.name == name) return number * unit.factor;
  return std::nullopt;
}

std::optional<double> as_number(KeyType type, std::string_view text) {
  switch (type) {
    case KeyType::integer: {
      const auto value = parse_integer(text);
      return value ? std::optional<double>(static_cast<double>(*value)) : std::nullopt;
    }
    case KeyType::real:
      return parse_real(text);
    case KeyType::duration:
      return with_unit(text, kDurations);
    case KeyType::size:
      return with_unit(text, kSizes);
    default:
      return std::nullopt;
  }
}

std::string_view describe(KeyType type) {
  switch (type) {
    case KeyType::integer:
      return "a whole number";
    case KeyType::real:
      return "a number";
    case KeyType::boolean:
      return "true or false";
    case KeyType::duration:
      return "a duration such as 250ms, 5s, 10m, 2h, 7d";
    case KeyType::size:
      return "a size such as 500kB, 64MB, 2GB";
    default:
      return "text";
  }
}

std::string misfit_number(const ConfigKey& key, std::string_view value) {
  const auto number = as_number(key.type, value);
  if (!number) return fmt::format("must be {}", describe(key.type));
  const auto dots = key.range.find("..");
  if (dots == std::string_view::npos) return "";
  const auto low = as_number(key.type, key.range.substr(0, dots));
  const auto high = as_number(key.type, key.range.substr(dots + 2));
  if ((low && *number < *low) || (high && *number > *high)) return fmt::format("must lie in {}", key.range);
  return "";
}

std::string misfit_word(const ConfigKey& key, std::string_view value) {
  if (key.range.empty()) return "";
  std::string_view rest = key.range;
  while (!rest.empty()) {
    const auto word = rest.substr(0, rest.find('|'));
    if (word == value) return "";
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return fmt::format("must be one of {}, not '{}'", key.range, value);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto ms = with_unit(text, kDurations);
  if (!ms || *ms > 3.2e12) return std::nullopt;
  return std::chrono::milliseconds(std::llround(*ms));
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  const auto bytes = with_unit(text, kSizes);
  if (!bytes || *bytes > 9e18) return std::nullopt;
  return std::llround(*bytes);
}

std::optional<bool> parse_boolean(std::string_view text) {
  for (const auto* yes : {"true", "1", "yes", "on"})
    if (text == yes) return true;
  for (const auto* no : {"false", "0", "no", "off"})
    if (text == no) return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_real(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    auto item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

std::string misfit(const ConfigKey& key, std::string_view value) {
  switch (key.type) {
    case KeyType::boolean:
      return parse_boolean(value) ? "" : "must be true or false";
    case KeyType::text:
      return misfit_word(key, value);
    case KeyType::list:
      for (const auto& item : split_list(value))
        if (auto wrong = misfit_word(key, item); !wrong.empty()) return wrong;
      return "";
    default:
      return misfit_number(key, value);
  }
}

std::string without_secrets(std::string_view url) {
  std::string out;
  while (!url.empty()) {  // a comma list of servers
    auto one = url.substr(0, url.find(','));
    url.remove_prefix(std::min(url.size(), one.size() + 1));
    const auto scheme = one.find("://");
    const auto at = one.rfind('@');
    if (!out.empty()) out += ',';
    if (scheme != std::string_view::npos && (at == std::string_view::npos || at > scheme))
      out += one.substr(0, scheme + 3);
    if (at != std::string_view::npos)
      one.remove_prefix(at + 1);
    else if (scheme != std::string_view::npos)
      one.remove_prefix(scheme + 3);
    out += one.substr(0, one.find('?'));
  }
  return out;
}

std::string variable_of(std::string_view key) {
  std::string name = "TWEETPULSE_";
  for (const char c : key) name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::string nearest_key(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& key : config_keys()) names.push_back(key.name);
  return nearest(name, names);
}

}  // namespace tweetpulse
