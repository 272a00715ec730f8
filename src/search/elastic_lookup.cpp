#include "search/elastic_lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "search/elastic_json.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::size_t kPage = 500, kMostIds = 2'000;

void take_source(Stored& stored, const std::optional<simdjson::dom::element>& source) {
  if (!source) return;
  stored.id = text_of(member(*source, "id"));
  stored.state = integer_of(member(*source, "state"));
  if (const auto at = member(*source, "event_at")) stored.event_at = integer_of(at);
  stored.packed = text_of(member(*source, "packed"));
  stored.value = text_of(member(*source, "value"));
  stored.tweets = integer_of(member(*source, "tweets"));
}

Result<> fetch_some(Client& client, std::string_view index, std::span<const std::string> ids, std::string_view fields,
                    std::vector<Stored>& out) {
  std::string body = R"({"ids":[)";
  for (const auto& id : ids) {
    if (body.back() != '[') body += ',';
    append_json_string(body, id);
  }
  body += "]}";
  const auto answer = client.ask("POST",
                                 fmt::format("/{}/_mget?_source_includes={}&filter_path=docs.found,docs._version,"
                                             "docs._seq_no,docs._primary_term,docs._source,docs.error",
                                             index, fields),
                                 body);
  if (!answer) return answer.error();
  const auto json = Json::parse(*answer);
  if (!json) return json.error();
  const auto before = out.size();
  std::optional<Error> failed;
  for_each(member(json->root(), "docs"), [&](simdjson::dom::element doc) {
    Stored stored;
    if (const auto error = member(doc, "error"))
      failed = Error{text_of(member(*error, "type")) == "index_not_found_exception" ? ErrorCode::not_found
                                                                                    : ErrorCode::unavailable,
                     fmt::format("{} cannot read a document ({}); it is asked again.", client.address(),
                                 text_of(member(*error, "reason")))};
    stored.found = is_true(member(doc, "found"));
    stored.version = integer_of(member(doc, "_version"));
    stored.sequence = integer_of(member(doc, "_seq_no"));
    stored.term = integer_of(member(doc, "_primary_term"));
    take_source(stored, member(doc, "_source"));
    out.push_back(std::move(stored));
  });
  if (failed) return *failed;
  if (out.size() - before != ids.size())
    return Error{ErrorCode::timeout,
                 fmt::format("{} answered for fewer documents than were asked for.", client.address())};
  return {};
}

}  // namespace

Result<std::vector<Stored>> fetch(Client& client, std::string_view index, std::span<const std::string> ids,
                                  std::string_view fields) {
  std::vector<Stored> out;
  out.reserve(ids.size());
  for (std::size_t at = 0; at < ids.size(); at += kMostIds) {
    auto done = fetch_some(client, index, ids.subspan(at, std::min(kMostIds, ids.size() - at)), fields, out);
    if (!done) return done.error();
  }
  return out;
}

Result<> refresh(Client& client, std::string_view index) {
  const auto done = client.ask("POST", fmt::format("/{}/_refresh", index));
  if (!done) return done.error();
  return {};
}

Result<> for_each_page(Client& client, std::string_view index, std::string_view filters,
                       const std::function<Result<>(const std::vector<Stored>&)>& each) {
  std::string after;
  for (;;) {
    std::string body =
        fmt::format(R"({{"size":{},"version":true,"track_total_hits":false,"_source":["id","state",)"
                    R"("event_at","packed"],"sort":[{{"id":"asc"}}],"query":{{"bool":{{"filter":[{}]}}}})",
                    kPage, filters);
    if (!after.empty()) {
      body += R"(,"search_after":[)";
      append_json_string(body, after);
      body += ']';
    }
    body += '}';
    const auto answer = client.ask("POST", fmt::format("/{}/_search", index), body);
    if (!answer) return answer.error();
    const auto json = Json::parse(*answer);
    if (!json) return json.error();
    std::vector<Stored> page;
    for_each(member(json->root(), "hits", "hits"), [&](simdjson::dom::element hit) {
      Stored stored;
      stored.found = true;
      stored.version = integer_of(member(hit, "_version"));
      take_source(stored, member(hit, "_source"));
      page.push_back(std::move(stored));
    });
    if (page.empty()) return {};
    after = page.back().id;
    if (auto done = each(page); !done) return done;
    if (page.size() < kPage) return {};
  }
}

}  // namespace tweetpulse::elastic
