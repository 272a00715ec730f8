// Members that X's payloads of both versions share: ids, strings without NUL, counts, the refusal of a post.
// Threads: pure functions.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/x_payload.h"

namespace tweetpulse {

// `name_str` as a string, else the digits of the number `name`: never through a double. "" = neither.
std::string x_id_of(simdjson::dom::object object, std::string_view name_str, std::string_view name);
// "" also for a string with NUL, which no store can hold.
std::string clean_text_of(simdjson::dom::object object, std::string_view name);
std::vector<std::string> clean_strings_of(simdjson::dom::object object, std::string_view name);

// What a payload says of itself, before it is believed.
struct XPost {
  std::string id;
  std::optional<std::string_view> text;  // nullopt: missing or no string
  std::optional<Time> created_at;        // nullopt: not given, or not readable
  bool time_given = false;
};
// Fills id, source, created_at and received_at; gives the reason of protocols.md 1.7, "" = the post is fine.
std::string begin_x_tweet(const XPost& post, Time received_at, Tweet& tweet);
// The time an id carries since November 2010; nullopt for an older id.
std::optional<Time> snowflake_time(std::string_view id);

std::string media_kind(std::string_view type);  // animated_gif -> gif

}  // namespace tweetpulse
