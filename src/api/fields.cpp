#include "api/fields.h"

#include <algorithm>
#include <array>

namespace tweetpulse::api {
namespace {

constexpr std::array<std::string_view, 69> kNames{"id",
                                                  "source",
                                                  "kind",
                                                  "url",
                                                  "text",
                                                  "lang",
                                                  "lang_declared",
                                                  "created_at",
                                                  "received_at",
                                                  "observed_at",
                                                  "edited_at",
                                                  "author",
                                                  "author.id",
                                                  "author.handle",
                                                  "author.name",
                                                  "author.followers",
                                                  "reply_to",
                                                  "reply_to_author",
                                                  "reply_to_author.id",
                                                  "reply_to_author.handle",
                                                  "retweet_of",
                                                  "quote_of",
                                                  "conversation",
                                                  "edit_history",
                                                  "metrics",
                                                  "metrics.likes",
                                                  "metrics.retweets",
                                                  "metrics.replies",
                                                  "metrics.quotes",
                                                  "hashtags",
                                                  "hashtags.tag",
                                                  "hashtags.start",
                                                  "hashtags.end",
                                                  "mentions",
                                                  "mentions.handle",
                                                  "mentions.id",
                                                  "mentions.start",
                                                  "mentions.end",
                                                  "cashtags",
                                                  "cashtags.tag",
                                                  "cashtags.start",
                                                  "cashtags.end",
                                                  "media",
                                                  "sensitive",
                                                  "withheld_in",
                                                  "matching_rules",
                                                  "matching_rules.id",
                                                  "matching_rules.tag",
                                                  "urls",
                                                  "urls.url",
                                                  "urls.expanded_url",
                                                  "urls.domain",
                                                  "urls.title",
                                                  "urls.start",
                                                  "urls.end",
                                                  "entities",
                                                  "entities.type",
                                                  "entities.text",
                                                  "entities.start",
                                                  "entities.end",
                                                  "keywords",
                                                  "sentiment",
                                                  "sentiment.label",
                                                  "sentiment.score",
                                                  "sentiment.words",
                                                  "matched",
                                                  "matched.start",
                                                  "matched.end",
                                                  "raw"};

static_assert(!kNames.back().empty());

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::size_t skip_space(std::string_view json, std::size_t at) {
  while (at < json.size() && is_space(json[at])) ++at;
  return at;
}

std::size_t string_end(std::string_view json, std::size_t at) {
  for (++at; json[at] != '"'; ++at) at += json[at] == '\\';
  return at + 1;
}

std::size_t value_end(std::string_view json, std::size_t at) {
  if (json[at] == '"') return string_end(json, at);
  if (json[at] != '{' && json[at] != '[') {
    while (at < json.size() && json[at] != ',' && json[at] != '}' && json[at] != ']' && !is_space(json[at])) ++at;
    return at;
  }
  std::size_t depth = 0;
  do {
    if (json[at] == '"') {
      at = string_end(json, at);
      continue;
    }
    depth += json[at] == '{' || json[at] == '[';
    depth -= json[at] == '}' || json[at] == ']';
    ++at;
  } while (depth != 0);
  return at;
}

}  // namespace

std::span<const std::string_view> field_names() {
  return kNames;
}

bool is_field(std::string_view dotted) {
  return std::find(kNames.begin(), kNames.end(), dotted) != kNames.end();
}

Fields::Fields(std::span<const std::string> dotted) {
  for (const std::string& name : dotted) add(name);
}

void Fields::add(std::string_view dotted) {
  const std::size_t dot = dotted.find('.');
  const std::string_view name = dotted.substr(0, dot);
  auto found = std::find_if(members_.begin(), members_.end(), [&](const auto& member) { return member.first == name; });
  const bool fresh = found == members_.end();
  if (fresh) found = members_.insert(found, {std::string(name), Fields()});
  if (dot == std::string_view::npos) {
    found->second = Fields();
  } else if (fresh || !found->second.all()) {
    found->second.add(dotted.substr(dot + 1));
  }
}

void Fields::project(std::string& out, std::string_view object) const {
  if (all()) {
    out += object;
    return;
  }
  std::vector<std::pair<std::string_view, std::string_view>> found;
  for (std::size_t at = skip_space(object, 1); at < object.size() && object[at] == '"';) {
    const std::size_t name_end = string_end(object, at);
    const std::size_t value = skip_space(object, skip_space(object, name_end) + 1), end = value_end(object, value);
    found.emplace_back(object.substr(at + 1, name_end - at - 2), object.substr(value, end - value));
    at = skip_space(object, end);
    if (at < object.size() && object[at] == ',') at = skip_space(object, at + 1);
  }
  out += '{';
  bool first = true;
  for (const auto& [name, fields] : members_) {
    for (const auto& [member, value] : found) {
      if (member != name) continue;
      out.append(first ? "\"" : ",\"").append(name).append("\":");
      fields.project_value(out, value);
      first = false;
    }
  }
  out += '}';
}

void Fields::project_value(std::string& out, std::string_view value) const {
  if (all() || (value.front() != '{' && value.front() != '[')) {
    out += value;
  } else if (value.front() == '{') {
    project(out, value);
  } else {
    out += '[';
    for (std::size_t at = skip_space(value, 1); value[at] != ']';) {
      const std::size_t end = value_end(value, at);
      project_value(out, value.substr(at, end - at));
      at = skip_space(value, end);
      if (value[at] == ',') {
        out += ',';
        at = skip_space(value, at + 1);
      }
    }
    out += ']';
  }
}

}  // namespace tweetpulse::api
