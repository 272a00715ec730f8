#include <utility>

#include "source/payload.h"
#include "source/x_fields.h"
#include "source/x_payload.h"
#include "source/x_text.h"
#include "tweet/json_line.h"

namespace tweetpulse {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// The text that is whole, with the objects that hold its entities and its media.
struct WholeText {
  std::optional<std::string_view> text;
  std::optional<object> holder;
};

WholeText whole_text_of(object status) {
  const auto from = [](object holder, std::string_view name) -> std::optional<std::string_view> {
    std::string_view text;
    const auto found = member(holder, name);
    if (!found || found->get_string().get(text)) return std::nullopt;
    return text;
  };
  if (const auto extended = object_of(status, "extended_tweet")) {
    if (const auto text = from(*extended, "full_text"); text && !text->empty()) return {text, extended};
  }
  if (const auto text = from(status, "full_text"); text && !text->empty()) return {text, status};
  return {from(status, "text"), status};
}

std::optional<std::pair<int, int>> span_of(object item, const XText& text) {
  const auto indices = array_of(item, "indices");
  std::int64_t start = 0, end = 0;
  if (!indices || indices->at(0).get_int64().get(start) || indices->at(1).get_int64().get(end)) return std::nullopt;
  return text.moved(start, end);
}

// Calls each(item, start, end) for the entities that lie in the text.
template <class Each>
void each_entity(object entities, std::string_view name, const XText& text, Each&& each) {
  const auto items = array_of(entities, name);
  if (!items) return;
  for (const auto found : *items) {
    object item;
    if (found.get_object().get(item)) continue;
    if (const auto span = span_of(item, text)) each(item, span->first, span->second);
  }
}

void read_declared(object entities, const XText& text, Declared& declared) {
  each_entity(entities, "hashtags", text, [&](object item, int start, int end) {
    declared.hashtags.push_back({clean_text_of(item, "text"), start, end});
  });
  each_entity(entities, "symbols", text, [&](object item, int start, int end) {
    declared.cashtags.push_back({clean_text_of(item, "text"), start, end});
  });
  each_entity(entities, "user_mentions", text, [&](object item, int start, int end) {
    declared.mentions.push_back({clean_text_of(item, "screen_name"), x_id_of(item, "id_str", "id"), start, end});
  });
  const auto add_url = [&](object item, int start, int end) {
    if (!declared.urls.empty() && declared.urls.back().start == start) return;  // four photos share one link
    declared.urls.push_back({clean_text_of(item, "url"), clean_text_of(item, "expanded_url"), "", start, end});
  };
  each_entity(entities, "urls", text, add_url);
  each_entity(entities, "media", text, add_url);
}

void read_media(object holder, std::vector<std::string>& media) {
  auto entities = object_of(holder, "extended_entities");
  if (!entities) entities = object_of(holder, "entities");
  const auto items = entities ? array_of(*entities, "media") : std::nullopt;
  if (!items) return;
  for (const auto found : *items) {
    object item;
    if (found.get_object().get(item)) continue;
    if (const auto kind = media_kind(text_of(item, "type")); !kind.empty()) media.push_back(kind);
  }
}

void read_references(object status, Tweet& tweet) {
  tweet.reply_to = x_id_of(status, "in_reply_to_status_id_str", "in_reply_to_status_id");
  tweet.reply_to_author = {x_id_of(status, "in_reply_to_user_id_str", "in_reply_to_user_id"),
                           clean_text_of(status, "in_reply_to_screen_name")};
  if (const auto original = object_of(status, "retweeted_status")) {
    tweet.retweet_of = x_id_of(*original, "id_str", "id");
  } else {
    tweet.quote_of = x_id_of(status, "quoted_status_id_str", "quoted_status_id");
  }
}

void read_author(object status, Tweet& tweet) {
  const auto user = object_of(status, "user");
  if (!user) return;
  tweet.author = {x_id_of(*user, "id_str", "id"), clean_text_of(*user, "screen_name"), clean_text_of(*user, "name"),
                  count_of(*user, "followers_count")};
}

XPost post_of(object status, const WholeText& whole) {
  XPost post;
  post.id = x_id_of(status, "id_str", "id");
  post.text = whole.text;
  const auto stamp = text_of(status, "timestamp_ms");
  post.time_given = !stamp.empty() || member(status, "created_at").has_value();
  post.created_at = stamp.empty() ? parse_twitter_time(text_of(status, "created_at")) : parse_unix_ms(stamp);
  return post;
}

void read_status(object status, std::optional<Time> observed_at, const PayloadContext& context, bool own,
                 Received& out) {
  for (const std::string_view name : {"retweeted_status", "quoted_status"}) {
    if (const auto carried = object_of(status, name)) read_status(*carried, observed_at, context, false, out);
  }
  const WholeText whole = whole_text_of(status);
  Tweet tweet;
  if (const auto reason = begin_x_tweet(post_of(status, whole), context.received_at, tweet); !reason.empty()) {
    out.rest = refused_line(reason, context.line).rest;
    return;
  }
  XText text(*whole.text);
  tweet.text = text.plain();
  tweet.observed_at = observed_at;
  read_author(status, tweet);
  tweet.lang_declared = normal_language(text_of(status, "lang"));
  tweet.metrics = {count_of(status, "favorite_count"), count_of(status, "retweet_count"),
                   count_of(status, "reply_count"), count_of(status, "quote_count")};
  read_references(status, tweet);
  if (const auto entities = object_of(*whole.holder, "entities")) read_declared(*entities, text, tweet.declared);
  read_media(*whole.holder, tweet.media);
  tweet.sensitive = flag_of(status, "possibly_sensitive");
  tweet.withheld_in = clean_strings_of(status, "withheld_in_countries");
  tweet.url = x_url(tweet.author.handle, tweet.id);
  if (own && context.keep_raw) tweet.raw = context.line;
  out.tweets.push_back(std::move(tweet));
}

}  // namespace

bool looks_like_x_v1(object root) {
  if (member(root, "id_str") && member(root, "user")) return true;
  for (const std::string_view name :
       {"delete", "scrub_geo", "status_withheld", "user_withheld", "user_delete", "user_undelete", "user_protect",
        "user_unprotect", "user_suspend", "user_unsuspend", "limit", "warning", "disconnect"}) {
    if (object_of(root, name)) return true;
  }
  return false;
}

Received read_x_v1(object root, const PayloadContext& context) {
  Received received;
  if (!member(root, "id_str") && !member(root, "text") && !member(root, "full_text")) {
    if (auto notice = read_x_v1_notice(root, context)) return *std::move(notice);
    if (!member(root, "id")) return refused_line("unknown_shape", context.line);
  }
  read_status(root, parse_unix_ms(text_of(root, "timestamp_ms")), context, true, received);
  return received;
}

}  // namespace tweetpulse
