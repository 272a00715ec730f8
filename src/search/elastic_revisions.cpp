#include "search/elastic_revisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "search/elastic_document.h"
#include "search/elastic_json.h"
#include "search/elastic_lookup.h"
#include "search/elastic_templates.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::size_t kMostHits = 10'000;  // that a search gives
constexpr int kNumberShift = 40;           // a new index begins above whatever the old one reached

std::string_view sorted_id(simdjson::dom::element hit) {
  std::string_view id;
  for_each(member(hit, "sort"), [&](simdjson::dom::element value) { id = text_of(value); });
  return id;
}

}  // namespace

Result<std::vector<DocumentRevision>> revisions(Client& client, std::string_view index, std::string_view after_id,
                                                std::size_t limit) {
  if (after_id.empty()) {
    if (auto done = refresh(client, index); !done) return done.error();
  }
  std::string body = fmt::format(R"({{"size":{},"version":true,"_source":false,"track_total_hits":false,)"
                                 R"("sort":[{{"id":"asc"}}])",
                                 std::min(limit, kMostHits));
  if (!after_id.empty()) {
    body += R"(,"search_after":[)";
    append_json_string(body, after_id);
    body += ']';
  }
  const auto answer =
      client.ask("POST", fmt::format("/{}/_search?filter_path=hits.hits._version,hits.hits.sort,_shards.failed", index),
                 body + "}");
  if (!answer) return answer.error();
  const auto json = Json::parse(*answer);
  if (!json) return json.error();
  if (integer_of(member(json->root(), "_shards", "failed")) > 0)
    return Error{ErrorCode::unavailable,
                 fmt::format("{} lacks a part of {}: is a node away?", client.address(), index)};
  std::vector<DocumentRevision> out;
  for_each(member(json->root(), "hits", "hits"), [&](simdjson::dom::element hit) {
    const auto version = integer_of(member(hit, "_version"));
    out.push_back({std::string(sorted_id(hit)), version >= kSupersededRevision ? kTombstoneRevision : version});
  });
  return out;
}

Result<std::int64_t> change_counter(Client& client, std::string_view index) {
  const auto answer = client.ask("GET", fmt::format("/{}/_stats/docs?level=shards&filter_path=indices.*.shards.*."
                                                    "routing.primary,indices.*.shards.*.seq_no.max_seq_no",
                                                    index));
  if (!answer) return answer.error();
  const auto json = Json::parse(*answer);
  if (!json) return json.error();
  std::int64_t changes = 0;
  const auto indices = member(json->root(), "indices");
  if (!indices || !indices->is_object()) return changes;
  for (const auto one : simdjson::dom::object(*indices)) {
    changes += static_cast<std::int64_t>(number_of(one.key)) << kNumberShift;
    const auto shards = member(one.value, "shards");
    if (!shards || !shards->is_object()) continue;
    for (const auto shard : simdjson::dom::object(*shards))
      for_each(shard.value, [&](simdjson::dom::element copy) {
        if (is_true(member(copy, "routing", "primary")))
          changes += 1 + integer_of(member(copy, "seq_no", "max_seq_no"));
      });
  }
  return changes;
}

Result<Size> size_of(Client& client, std::string_view index, std::chrono::milliseconds timeout) {
  const auto answer =
      client.ask("GET", fmt::format("/{}/_stats/docs,store?filter_path=_all.primaries", index), {}, timeout);
  if (!answer) return answer.error();
  const auto json = Json::parse(*answer);
  if (!json) return json.error();
  return Size{integer_of(member(json->root(), "_all", "primaries", "docs", "count")),
              integer_of(member(json->root(), "_all", "primaries", "store", "size_in_bytes"))};
}

Result<> touch(Client& client, std::string_view index) {
  const auto found = fetch(client, index, std::vector<std::string>{"none"}, "none");
  if (!found) return found.error();
  return {};
}

}  // namespace tweetpulse::elastic
