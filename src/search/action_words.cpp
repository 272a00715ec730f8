#include "search/action_words.h"

#include <algorithm>

namespace tweetpulse {

std::string_view author_key(const Author& author) {
  return author.id.empty() ? author.handle : author.id;
}

bool is_about_author(const Tweet& action) {
  if (action.author.id.empty()) return false;
  return action.id.empty() || action.id.starts_with(action.source + ":" + action.author.id + ":");
}

bool names_everywhere(std::span<const std::string> countries) {
  return std::any_of(countries.begin(), countries.end(),
                     [](const std::string& country) { return country == "XX" || country == "XY"; });
}

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string join_commas(std::span<const std::string> parts) {
  std::string out;
  for (const auto& part : parts) {
    if (!out.empty()) out += ',';
    out += part;
  }
  return out;
}

}  // namespace tweetpulse
