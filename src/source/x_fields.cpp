#include "source/x_fields.h"

#include <charconv>

#include "tweet/json_line.h"

namespace tweetpulse {

using simdjson::dom::object;

std::string x_id_of(object from, std::string_view name_str, std::string_view name) {
  if (const auto text = text_of(from, name_str); !text.empty()) return std::string(text);
  const auto number = member(from, name);
  if (!number) return {};
  std::int64_t digits = 0;
  if (!number->get_int64().get(digits)) return std::to_string(digits);
  std::string_view text;
  return number->get_string().get(text) ? std::string() : std::string(text);
}

std::string clean_text_of(object from, std::string_view name) {
  const auto text = text_of(from, name);
  return has_nul(text) ? std::string() : std::string(text);
}

std::vector<std::string> clean_strings_of(object from, std::string_view name) {
  std::vector<std::string> list;
  const auto items = array_of(from, name);
  if (!items) return list;
  for (const auto element : *items) {
    std::string_view text;
    if (!element.get_string().get(text) && !text.empty() && !has_nul(text)) list.emplace_back(text);
  }
  return list;
}

std::optional<Time> snowflake_time(std::string_view id) {
  constexpr std::int64_t kFirstSnowflake = 29'700'859'247, kEpoch = 1'288'834'974'657;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size() || number < kFirstSnowflake) return std::nullopt;
  return from_ms((number >> 22) + kEpoch);
}

std::string begin_x_tweet(const XPost& post, Time received_at, Tweet& tweet) {
  if (!is_x_id(post.id)) return "bad_id";
  if (!post.text) return "bad_text";
  if (has_nul(*post.text)) return "nul_in_text";
  if (post.time_given && !post.created_at) return "bad_created_at";
  tweet.id = post.id;
  tweet.source = "x";
  tweet.received_at = received_at;
  tweet.created_at = post.created_at ? *post.created_at : snowflake_time(post.id).value_or(received_at);
  return created_in_range(tweet.created_at, received_at) ? "" : "created_at_out_of_range";
}

std::string media_kind(std::string_view type) {
  if (type == "photo" || type == "video") return std::string(type);
  return type == "animated_gif" ? "gif" : "";
}

}  // namespace tweetpulse
