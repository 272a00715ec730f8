#include "tweet/tweet.h"

#include <xxhash.h>

#include <algorithm>
#include <array>

#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"original", "reply", "retweet", "quote"};
constexpr std::array<std::string_view, 8> kActions = {
    "", "erase", "restore", "withhold", "erase_author", "hide_author", "show_author", "scrub_geo"};
constexpr std::array<std::string_view, 3> kSentiments = {"negative", "neutral", "positive"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view to_string(Kind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}
std::string_view to_string(Action action) {
  return kActions[static_cast<std::size_t>(action)];
}
std::string_view to_string(Sentiment sentiment) {
  return kSentiments[static_cast<std::size_t>(sentiment)];
}
std::optional<Kind> kind_from(std::string_view name) {
  return find_name<Kind>(kKinds, name);
}
std::optional<Action> action_from(std::string_view name) {
  return find_name<Action>(kActions, name);
}
std::optional<Sentiment> sentiment_from(std::string_view name) {
  return find_name<Sentiment>(kSentiments, name);
}

Kind kind_of(const Tweet& tweet) {
  if (!tweet.retweet_of.empty()) return Kind::retweet;
  if (!tweet.reply_to.empty()) return Kind::reply;
  if (!tweet.quote_of.empty()) return Kind::quote;
  return Kind::original;
}

std::int64_t revision_of(const Tweet& tweet) {
  constexpr std::int64_t kEdits = 7, kObserved = (std::int64_t{1} << 42) - 1, kCounts = 32767;
  const auto edits = std::clamp<std::int64_t>(static_cast<std::int64_t>(tweet.edit_history.size()) - 1, 0, kEdits);
  const std::int64_t observed =
      tweet.observed_at ? std::clamp<std::int64_t>(to_ms(*tweet.observed_at), 0, kObserved) : 0;
  std::int64_t counts = 0;
  for (const auto& count : {tweet.metrics.likes, tweet.metrics.retweets, tweet.metrics.replies, tweet.metrics.quotes})
    counts += std::clamp<std::int64_t>(count.value_or(0), 0, kCounts);
  return edits << 57 | observed << 15 | std::min(counts, kCounts);
}

std::uint64_t fingerprint_of(const Tweet& tweet) {
  Tweet same = tweet;
  same.received_at = {};
  same.observed_at.reset();
  same.raw.clear();
  std::string bytes;
  append_packed(bytes, same);
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::string normal_language(std::string_view tag) {
  if (tag.empty()) return {};
  std::string base;
  for (const char c : tag.substr(0, tag.find_first_of("-_")))
    base += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  const bool letters = (base.size() == 2 || base.size() == 3) &&
                       std::all_of(base.begin(), base.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!letters || base == "und" || base == "zxx" || base == "art") return "und";
  if (base.size() == 3 && base[0] == 'q' && base[1] <= 't') return "und";
  if (base == "in") return "id";
  if (base == "iw") return "he";
  if (base == "ji") return "yi";
  return base;
}

std::string x_url(std::string_view handle, std::string_view id) {
  std::string url = "https://x.com/";
  url += handle.empty() ? "i" : handle;
  url += "/status/";
  url += id;
  return url;
}

}  // namespace tweetpulse
