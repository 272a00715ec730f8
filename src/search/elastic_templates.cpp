#include "search/elastic_templates.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "search/elastic_json.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::string_view kDocuments = R"json({"dynamic":false,"properties":{
"id":{"type":"keyword"},
"visible":{"type":"boolean"},
"removed":{"type":"boolean"},
"state":{"type":"byte"},
"event_at":{"type":"date","format":"epoch_millis"},
"created_at":{"type":"date","format":"epoch_millis"},
"source":{"type":"keyword"},
"kind":{"type":"keyword"},
"lang":{"type":"keyword"},
"sentiment":{"type":"keyword"},
"score":{"type":"double"},
"author":{"type":"keyword"},
"alias":{"type":"keyword","doc_values":false},
"followers":{"type":"long"},
"engagement":{"type":"long"},
"from":{"type":"keyword","doc_values":false},
"to":{"type":"keyword","doc_values":false},
"has":{"type":"keyword","doc_values":false},
"hashtags":{"type":"keyword","doc_values":false},
"mentions":{"type":"keyword","doc_values":false},
"cashtags":{"type":"keyword","doc_values":false},
"domains":{"type":"keyword","doc_values":false},
"entities":{"type":"keyword","doc_values":false},
"keywords":{"type":"keyword","doc_values":false},
"terms":{"type":"text","analyzer":"whitespace"},
"url_terms":{"type":"text","analyzer":"whitespace","norms":false},
"top":{"properties":{)json";

constexpr std::string_view kHours = R"json({"dynamic":false,"properties":{
"hour":{"type":"date","format":"epoch_millis"},
"source":{"type":"keyword"},
"kind":{"type":"keyword"},
"lang":{"type":"keyword"},
"sentiment":{"type":"keyword"},
"tweets":{"type":"long"},
"changed_at":{"type":"date","format":"epoch_millis"}}})json";

// Read by id alone.
constexpr std::string_view kActions = R"json({"dynamic":false,"properties":{}})json";

constexpr std::string_view kCounted[] = {"author", "hashtag", "mention", "cashtag", "keyword", "url",     "domain",
                                         "person", "org",     "place",   "product", "other",   "entities"};

std::string documents_mapping() {
  std::string out(kDocuments);
  const auto add_all = [&out](std::string_view type) {
    bool first = true;
    for (const auto name : kCounted) {
      out += fmt::format("{}\"{}\":{}", first ? "" : ",", name, type);
      first = false;
    }
  };
  add_all(R"({"type":"keyword"})");
  out += R"(}},"spelt":{"properties":{)";
  add_all(R"({"type":"keyword","index":false})");
  out += R"(}},"packed":{"type":"object","enabled":false}}})";
  return out;
}

std::string template_name(std::string_view alias) {
  return fmt::format("{}-v{}", alias, kMappingVersion);
}

// gc_deletes: a restored tweet is deleted with the version of its tombstone, which must be forgotten at once.
std::string template_body(std::string_view alias, std::string_view mapping, const IndexSettings& settings,
                          bool one_shard) {
  return fmt::format(
      R"({{"index_patterns":["{}-*"],"priority":200,"version":{},"template":{{"settings":{{"index":{{)"
      R"("number_of_shards":{},"auto_expand_replicas":"0-1","refresh_interval":"{}","gc_deletes":"0s"}}}},)"
      R"("mappings":{}}}}})",
      template_name(alias), kMappingVersion, one_shard ? 1 : settings.shards, settings.refresh, mapping);
}

Result<> put_template(Client& client, std::string_view alias, const std::string& body) {
  const std::string path = "/_index_template/" + percent(template_name(alias));
  const auto there = client.call("GET", path);
  if (!there) return there.error();
  if (there->status == 200) return {};
  if (there->status != 404) return client.error_of(*there, "reading an index template");
  if (const auto put = client.ask("PUT", path, body); !put) return put.error();
  return {};
}

Result<> add_alias(Client& client, std::string_view alias, std::string_view index) {
  const auto done = client.ask("POST", "/_aliases",
                               fmt::format(R"({{"actions":[{{"add":{{"index":"{}","alias":"{}"}}}}]}})", index, alias));
  if (!done) return done.error();
  return {};
}

Result<> create_behind(Client& client, std::string_view alias) {
  auto existing = indexes_of(client, alias);
  if (!existing) return existing.error();
  // An alias that got lost: the newest index is the one it showed.
  if (!existing->empty()) return add_alias(client, alias, existing->back());
  const std::string name = concrete_name(alias, 1);
  const auto made = client.call("PUT", "/" + percent(name), fmt::format(R"({{"aliases":{{"{}":{{}}}}}})", alias));
  if (!made) return made.error();
  if (made->status < 300) return {};
  // Another process may have been faster.
  const auto behind = index_behind(client, alias);
  if (behind && *behind) return {};
  return client.error_of(*made, "creating the index " + name);
}

Result<> ensure(Client& client, std::string_view alias, const std::string& body) {
  if (auto done = put_template(client, alias, body); !done) return done;
  const auto behind = index_behind(client, alias);
  if (!behind) return behind.error();
  if (!*behind) return create_behind(client, alias);
  if (**behind == alias)
    return Error{ErrorCode::rejected,
                 fmt::format("{} has an index named {}, which is not ours: choose another name with search.index, or "
                             "remove it.",
                             client.address(), alias)};
  return {};
}

}  // namespace

Names names_of(std::string_view index) {
  std::string_view stem = index;
  if (stem.size() > 1 && stem.ends_with('s')) stem.remove_suffix(1);
  return {std::string(index), std::string(stem) + "_aggregations", std::string(stem) + "_actions"};
}

std::string concrete_name(std::string_view alias, int number) {
  return fmt::format("{}-{:06}", template_name(alias), number);
}

int number_of(std::string_view concrete) {
  const auto dash = concrete.rfind('-');
  if (dash == std::string_view::npos) return 0;
  int number = 0;
  const auto* end = concrete.data() + concrete.size();
  const auto read = std::from_chars(concrete.data() + dash + 1, end, number);
  return read.ec == std::errc() && read.ptr == end ? number : 0;
}

Result<std::optional<std::string>> index_behind(Client& client, std::string_view alias) {
  const auto answer = client.call("GET", "/" + percent(alias) + "/_alias");
  if (!answer) return answer.error();
  if (answer->status == 404) return std::optional<std::string>();
  if (answer->status != 200) return client.error_of(*answer, "reading an alias");
  auto json = Json::parse(*answer);
  if (!json) return json.error();
  std::optional<std::string> found;
  if (json->root().is_object())
    for (const auto field : simdjson::dom::object(json->root()))
      found = std::max(found, std::optional(std::string(field.key)));
  return found;
}

Result<std::vector<std::string>> indexes_of(Client& client, std::string_view alias) {
  const auto answer = client.call("GET", "/" + template_name(alias) + "-*/_alias");
  if (!answer) return answer.error();
  std::vector<std::string> names;
  if (answer->status == 404) return names;
  if (answer->status != 200) return client.error_of(*answer, "listing indexes");
  auto json = Json::parse(*answer);
  if (!json) return json.error();
  if (json->root().is_object())
    for (const auto field : simdjson::dom::object(json->root()))
      if (number_of(field.key) > 0) names.emplace_back(field.key);
  std::sort(names.begin(), names.end());
  return names;
}

Result<> prepare(Client& client, const Names& names, const IndexSettings& settings) {
  if (auto done = ensure(client, names.documents, template_body(names.documents, documents_mapping(), settings, false));
      !done)
    return done;
  if (auto done = ensure(client, names.hours, template_body(names.hours, kHours, settings, true)); !done) return done;
  return ensure(client, names.actions, template_body(names.actions, kActions, settings, true));
}

Result<> swap_alias(Client& client, std::string_view alias, std::string_view from, std::string_view to) {
  const auto done = client.ask(
      "POST", "/_aliases",
      fmt::format(
          R"({{"actions":[{{"remove":{{"index":"{}","alias":"{}"}}}},{{"add":{{"index":"{}","alias":"{}"}}}}]}})", from,
          alias, to, alias));
  if (!done) return done.error();
  return {};
}

}  // namespace tweetpulse::elastic
