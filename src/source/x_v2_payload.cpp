#include <utility>

#include "source/payload.h"
#include "source/x_fields.h"
#include "source/x_payload.h"
#include "source/x_text.h"
#include "tweet/json_line.h"

namespace tweetpulse {
namespace {

using simdjson::dom::array;
using simdjson::dom::object;

// The names of August 2026 beside the older ones: the plain old one is preferred.
std::optional<array> either_array(object from, std::string_view old_name, std::string_view new_name) {
  const auto found = array_of(from, old_name);
  return found ? found : array_of(from, new_name);
}

std::vector<std::string> either_strings(object from, std::string_view old_name, std::string_view new_name) {
  auto found = clean_strings_of(from, old_name);
  return found.empty() ? clean_strings_of(from, new_name) : found;
}

std::optional<std::int64_t> either_count(object from, std::string_view old_name, std::string_view new_name) {
  const auto found = count_of(from, old_name);
  return found ? found : count_of(from, new_name);
}

template <class Each>
void each_object(const std::optional<array>& items, Each&& each) {
  if (!items) return;
  for (const auto element : *items) {
    object item;
    if (!element.get_object().get(item)) each(item);
  }
}

struct Includes {
  std::optional<array> users, tweets, media;

  explicit Includes(object root) {
    const auto found = object_of(root, "includes");
    if (!found) return;
    users = array_of(*found, "users");
    tweets = either_array(*found, "tweets", "posts");
    media = array_of(*found, "media");
  }
  std::optional<object> user(std::string_view id) const { return find(users, "id", id); }
  std::optional<object> medium(std::string_view key) const { return find(media, "media_key", key); }

 private:
  static std::optional<object> find(const std::optional<array>& items, std::string_view name, std::string_view value) {
    std::optional<object> result;
    each_object(items, [&](object item) {
      if (!result && !value.empty() && text_of(item, name) == value) result = item;
    });
    return result;
  }
};

template <class Each>
void each_span(object entities, std::string_view name, const XText& text, Each&& each) {
  each_object(array_of(entities, name), [&](object item) {
    const auto start = count_of(item, "start"), end = count_of(item, "end");
    if (!start || !end) return;
    if (const auto span = text.moved(*start, *end)) each(item, span->first, span->second);
  });
}

void read_declared(object entities, const XText& text, Declared& declared) {
  each_span(entities, "hashtags", text, [&](object item, int start, int end) {
    declared.hashtags.push_back({clean_text_of(item, "tag"), start, end});
  });
  each_span(entities, "cashtags", text, [&](object item, int start, int end) {
    declared.cashtags.push_back({clean_text_of(item, "tag"), start, end});
  });
  each_span(entities, "mentions", text, [&](object item, int start, int end) {
    declared.mentions.push_back({clean_text_of(item, "username"), clean_text_of(item, "id"), start, end});
  });
  each_span(entities, "urls", text, [&](object item, int start, int end) {
    if (!declared.urls.empty() && declared.urls.back().start == start) return;  // four photos share one link
    auto target = clean_text_of(item, "unwound_url");
    if (target.empty()) target = clean_text_of(item, "expanded_url");
    declared.urls.push_back({clean_text_of(item, "url"), std::move(target), clean_text_of(item, "title"), start, end});
  });
}

void read_references(object post, const Includes& includes, Tweet& tweet) {
  each_object(either_array(post, "referenced_tweets", "referenced_posts"), [&](object reference) {
    const auto type = text_of(reference, "type");
    const auto id = clean_text_of(reference, "id");
    if (type == "replied_to") tweet.reply_to = id;
    if (type == "retweeted" || type == "reposted") tweet.retweet_of = id;
    if (type == "quoted") tweet.quote_of = id;
  });
  tweet.conversation = clean_text_of(post, "conversation_id");
  tweet.reply_to_author.id = clean_text_of(post, "in_reply_to_user_id");
  if (const auto user = includes.user(tweet.reply_to_author.id)) {
    tweet.reply_to_author.handle = clean_text_of(*user, "username");
  }
}

void read_author(object post, const Includes& includes, Tweet& tweet) {
  tweet.author.id = clean_text_of(post, "author_id");
  const auto user = includes.user(tweet.author.id);
  if (!user) return;
  tweet.author.handle = clean_text_of(*user, "username");
  tweet.author.name = clean_text_of(*user, "name");
  if (const auto counts = object_of(*user, "public_metrics"))
    tweet.author.followers = count_of(*counts, "followers_count");
}

void read_media(object post, const Includes& includes, Tweet& tweet) {
  const auto attachments = object_of(post, "attachments");
  if (!attachments) return;
  for (const auto& key : clean_strings_of(*attachments, "media_keys")) {
    const auto medium = includes.medium(key);
    const auto kind = medium ? media_kind(text_of(*medium, "type")) : std::string();
    if (!kind.empty()) tweet.media.push_back(kind);
  }
}

void read_rest(object post, const Includes& includes, Tweet& tweet) {
  read_author(post, includes, tweet);
  read_references(post, includes, tweet);
  read_media(post, includes, tweet);
  tweet.lang_declared = normal_language(text_of(post, "lang"));
  if (const auto counts = object_of(post, "public_metrics")) {
    tweet.metrics = {count_of(*counts, "like_count"), either_count(*counts, "retweet_count", "repost_count"),
                     count_of(*counts, "reply_count"), count_of(*counts, "quote_count")};
  }
  tweet.sensitive = flag_of(post, "possibly_sensitive");
  if (const auto withheld = object_of(post, "withheld"))
    tweet.withheld_in = clean_strings_of(*withheld, "country_codes");
  tweet.edit_history = either_strings(post, "edit_history_tweet_ids", "edit_history_post_ids");
  tweet.url = x_url(tweet.author.handle, tweet.id);
}

XPost post_of(object post, std::optional<object>& note) {
  note = object_of(post, "note_tweet");
  if (!note) note = object_of(post, "note_post");
  if (note && text_of(*note, "text").empty()) note.reset();
  XPost given;
  given.id = x_id_of(post, "id", "id");
  std::string_view text;
  const auto found = member(note.value_or(post), "text");
  if (found && !found->get_string().get(text)) given.text = text;
  given.time_given = member(post, "created_at").has_value();
  given.created_at = parse_rfc3339(text_of(post, "created_at"));
  return given;
}

// nullptr: the post was refused, with the reason in out.rest.
Tweet* read_post(object post, const Includes& includes, const PayloadContext& context, Received& out) {
  std::optional<object> note;
  const XPost given = post_of(post, note);
  Tweet tweet;
  if (const auto reason = begin_x_tweet(given, context.received_at, tweet); !reason.empty()) {
    if (std::holds_alternative<std::monostate>(out.rest)) out.rest = refused_line(reason, context.line).rest;
    return nullptr;
  }
  XText text(*given.text);
  tweet.text = text.plain();
  if (const auto entities = object_of(note.value_or(post), "entities")) read_declared(*entities, text, tweet.declared);
  read_rest(post, includes, tweet);
  return &out.tweets.emplace_back(std::move(tweet));
}

void read_rules(object root, std::vector<MatchingRule>& rules) {
  each_object(array_of(root, "matching_rules"), [&](object rule) {
    rules.push_back({x_id_of(rule, "id", "id"), clean_text_of(rule, "tag")});
  });
}

}  // namespace

bool looks_like_x_v2(object root) {
  if (const auto data = object_of(root, "data")) return true;
  if (array_of(root, "data")) return member(root, "meta") || member(root, "includes") || member(root, "errors");
  const auto meta = object_of(root, "meta");
  return array_of(root, "errors").has_value() || (meta && member(*meta, "result_count"));
}

Received read_x_v2(object root, const PayloadContext& context) {
  Received received;
  const auto data = object_of(root, "data");
  const auto page = array_of(root, "data");
  if (data && !member(*data, "id")) {
    if (auto notice = read_x_v2_notice(*data, context)) return *std::move(notice);
  }
  if (!data && !page) {
    if (array_of(root, "errors")) return {{}, FilteredLine{"errors"}};
    return object_of(root, "meta") ? received : refused_line("unknown_shape", context.line);
  }
  const Includes includes(root);
  each_object(includes.tweets, [&](object carried) { read_post(carried, includes, context, received); });
  if (data) {
    Tweet* tweet = read_post(*data, includes, context, received);
    if (!tweet) return received;
    read_rules(root, tweet->matching_rules);
    if (context.keep_raw) tweet->raw = context.line;
    return received;
  }
  each_object(page, [&](object post) {
    Tweet* tweet = read_post(post, includes, context, received);
    if (tweet && context.keep_raw) tweet->raw = simdjson::minify(post);
  });
  return received;
}

}  // namespace tweetpulse
