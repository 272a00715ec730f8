#include "analyze/conformance.h"

#include <algorithm>

#include "analyze/entities.h"
#include "analyze/urls.h"
#include "analyze/valid_url.h"
#include "analyze/weighted_length.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {

namespace {

struct Item {
  std::string_view value;
  Span span;
  std::string_view slug;
};

void append_indices(std::string& json, Span span) {
  json += "\"indices\":[" + std::to_string(span.start) + ',' + std::to_string(span.end) + ']';
}

void append_list(std::string& json, const std::vector<Item>& items) {
  json += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) json += ',';
    append_json_string(json, items[i].value);
  }
  json += ']';
}

void append_with_indices(std::string& json, const std::vector<Item>& items, std::string_view key, bool slugs) {
  json += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    json += i > 0 ? ",{\"" : "{\"";
    json += key;
    json += "\":";
    append_json_string(json, items[i].value);
    if (slugs) {
      json += ",\"list_slug\":";
      append_json_string(json, items[i].slug);
    }
    json += ',';
    append_indices(json, items[i].span);
    json += '}';
  }
  json += ']';
}

std::vector<Item> urls_of(const Text& text) {
  std::vector<Span> spans;
  find_urls(text, spans);
  std::vector<Item> items;
  for (const Span& span : spans) items.push_back({text.slice(span), span, {}});
  return items;
}

std::vector<Item> bodies_of(const Text& text, const std::vector<Span>& spans) {
  std::vector<Item> items;
  for (const Span& span : spans) items.push_back({text.slice(span.start + 1, span.end), span, {}});
  return items;
}

std::vector<Item> hashtags_of(const Text& text) {
  std::vector<Span> tags, urls;
  find_hashtags(text, tags);
  find_urls(text, urls);
  drop_hashtags_in_urls(tags, urls);
  return bodies_of(text, tags);
}

std::vector<Item> cashtags_of(const Text& text) {
  std::vector<Span> tags;
  find_cashtags(text, tags);
  return bodies_of(text, tags);
}

std::vector<Item> mentions_of(const Text& text, bool lists) {
  std::vector<MentionSpan> mentions;
  find_mentions(text, mentions);
  std::vector<Item> items;
  for (const MentionSpan& mention : mentions) {
    if (!lists && mention.is_list()) continue;
    items.push_back({text.slice(mention.span.start + 1, mention.name_end), mention.span,
                     text.slice(mention.name_end, mention.span.end)});
  }
  return items;
}

bool is_only(const std::vector<Item>& items, const Text& text) {
  return items.size() == 1 && items[0].span == Span{0, text.size()};
}

bool is_valid_list(const Text& text) {
  std::vector<MentionSpan> mentions;
  find_mentions(text, mentions);
  return mentions.size() == 1 && mentions[0].is_list() && mentions[0].span == Span{0, text.size()};
}

WeightedLength weigh_alone(const Text& text, LengthRules rules) {
  std::vector<Span> urls;
  find_urls(text, urls);
  return weigh(text, urls, rules);
}

void append_length(std::string& json, const WeightedLength& length) {
  const auto put = [&json](std::string_view key, int value) {
    json += ",\"";
    json += key;
    json += "\":" + std::to_string(value);
  };
  json += "{\"valid\":";
  json += length.valid ? "true" : "false";
  put("weightedLength", length.weighted);
  put("permillage", length.permillage);
  put("displayRangeStart", 0);
  put("displayRangeEnd", length.display_end);
  put("validRangeStart", 0);
  put("validRangeEnd", length.valid_end);
  json += '}';
}

bool answer_extract(std::string& json, std::string_view kind, const Text& text) {
  if (kind.starts_with("hashtags_with"))
    append_with_indices(json, hashtags_of(text), "hashtag", false);
  else if (kind.starts_with("hashtags"))
    append_list(json, hashtags_of(text));
  else if (kind.starts_with("cashtags_with"))
    append_with_indices(json, cashtags_of(text), "cashtag", false);
  else if (kind.starts_with("cashtags"))
    append_list(json, cashtags_of(text));
  else if (kind.starts_with("mentions_or_lists"))
    append_with_indices(json, mentions_of(text, true), "screen_name", true);
  else if (kind.starts_with("mentions_with"))
    append_with_indices(json, mentions_of(text, false), "screen_name", false);
  else if (kind.starts_with("mentions"))
    append_list(json, mentions_of(text, false));
  else if (kind.starts_with("urls_with"))
    append_with_indices(json, urls_of(text), "url", false);
  else if (kind.starts_with("urls") || kind.starts_with("tco_urls"))
    append_list(json, urls_of(text));
  else if (kind != "replies")
    return false;
  else if (const Span reply = find_reply(text); reply.end > 0)
    append_json_string(json, text.slice(reply));
  else
    json += "null";
  return true;
}

bool answer_validate(std::string& json, std::string_view kind, const Text& text) {
  if (kind.ends_with("CounterTest")) {
    const bool plain = kind == "WeightedTweetsCounterTest";
    append_length(json, weigh_alone(text, plain ? LengthRules::v2 : LengthRules::v3));
    return true;
  }
  bool valid = false;
  if (kind == "tweets")
    valid = weigh_alone(text, LengthRules::v1).valid && (text.seen() & characters::kInvalid) == 0;
  else if (kind == "usernames")
    valid = is_only(mentions_of(text, false), text);
  else if (kind == "lists")
    valid = is_valid_list(text);
  else if (kind == "hashtags")
    valid = is_only(hashtags_of(text), text);
  else if (kind == "urls")
    valid = is_valid_url(text, true);
  else if (kind == "urls_without_protocol")
    valid = is_valid_url(text, false);
  else
    return false;
  json += valid ? "true" : "false";
  return true;
}

}  // namespace

bool answer_conformance(std::string& json, std::string_view section, std::string_view text) {
  Text read;
  read.read(text);
  const std::size_t slash = std::min(section.find('/'), section.size());
  const std::string_view group = section.substr(0, slash);
  const std::string_view kind = section.substr(std::min(slash + 1, section.size()));
  if (group == "tlds") {
    append_list(json, urls_of(read));
    return true;
  }
  if (group == "extract") return answer_extract(json, kind, read);
  return group == "validate" && answer_validate(json, kind, read);
}

}  // namespace tweetpulse
