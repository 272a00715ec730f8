#include "store/tweet_row.h"

#include <algorithm>

namespace tweetpulse {

Dimensions dimensions_of(const EnrichedTweet& enriched) {
  const auto& [tweet, analysis] = enriched;
  Dimensions dimensions;
  dimensions.created_at = to_ms(tweet.created_at);
  dimensions.source = tweet.source;
  dimensions.kind = to_string(kind_of(tweet));
  dimensions.lang = analysis.language.empty() ? "und" : analysis.language;
  dimensions.sentiment = analysis.sentiment ? to_string(*analysis.sentiment) : "unscored";
  return dimensions;
}

std::strong_ordering compare_observation(std::int64_t revision, const Dimensions& dimensions, const TweetRow& row) {
  if (const auto order = revision <=> row.observed; order != 0) return order;
  return dimensions <=> row.dimensions;
}

std::int64_t event_ms(const Tweet& action) {
  return to_ms(action.event_at.value_or(action.received_at));
}

bool raise(std::optional<std::int64_t>& known, std::int64_t time) {
  if (known && *known >= time) return false;
  known = time;
  return true;
}

std::optional<std::string> text_or_null(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> folded_handle(std::string_view handle) {
  if (handle.starts_with('@')) handle.remove_prefix(1);
  auto folded = text_or_null(handle);
  if (!folded) return folded;
  for (char& c : *folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return folded;
}

std::string joined_countries(const std::vector<std::string>& countries) {
  if (countries.empty()) return {};
  std::vector<std::string> sorted = countries;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::string joined = ",";
  for (const auto& country : sorted) joined.append(country).append(",");
  return joined;
}

std::vector<std::string> split_countries(std::string_view joined) {
  std::vector<std::string> countries;
  while (joined.size() > 1) {
    joined.remove_prefix(1);
    const auto comma = joined.find(',');
    countries.emplace_back(joined.substr(0, comma));
    joined.remove_prefix(std::min(comma, joined.size()));
  }
  return countries;
}

bool withheld_in(std::string_view joined, std::string_view country) {
  const auto named = [joined](std::string_view code) {
    return joined.find("," + std::string(code) + ",") != std::string_view::npos;
  };
  if (joined.empty()) return false;
  return named("XX") || named("XY") || (!country.empty() && named(country));
}

bool is_author_action(const Tweet& action) {
  switch (action.action) {
    case Action::erase_author:
    case Action::hide_author:
    case Action::show_author:
    case Action::scrub_geo:
      return true;
    case Action::withhold:
      return !action.author.id.empty() && action.id.starts_with(action.source + ":" + action.author.id + ":");
    default:
      return false;
  }
}

bool id_not_after(std::string_view id, std::string_view limit) {
  if (id.size() != limit.size()) return id.size() < limit.size();
  return id <= limit;
}

}  // namespace tweetpulse
