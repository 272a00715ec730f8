#include "search/elastic_hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/failpoint.h"
#include "search/elastic_json.h"
#include "search/elastic_lookup.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::size_t kMostRows = 10'000;  // that a search gives

std::string id_of(const HourRow& row) {
  return fmt::format("{}|{}|{}|{}|{}", format_rfc3339(row.hour), row.source, row.kind, row.lang, row.sentiment);
}

std::vector<std::string> ids_of(std::span<const HourRow> rows) {
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows) ids.push_back(id_of(row));
  return ids;
}

std::string document_of(const HourRow& row) {
  std::string out = fmt::format(R"({{"hour":{})", to_ms(row.hour));
  const auto add = [&out](std::string_view name, std::string_view value) {
    out += fmt::format(R"(,"{}":)", name);
    append_json_string(out, value);
  };
  add("source", row.source);
  add("kind", row.kind);
  add("lang", row.lang);
  add("sentiment", row.sentiment);
  return out + fmt::format(R"(,"tweets":{},"changed_at":{}}})", row.tweets, to_ms(row.changed_at));
}

// sequence:term
std::pair<std::int64_t, std::int64_t> version_from(std::string_view text) {
  std::pair<std::int64_t, std::int64_t> version;
  const auto* end = text.data() + text.size();
  const auto colon = std::from_chars(text.data(), end, version.first);
  if (colon.ptr != end) std::from_chars(colon.ptr + 1, end, version.second);
  return version;
}

HourRow row_of(simdjson::dom::element source) {
  HourRow row;
  row.hour = from_ms(integer_of(member(source, "hour")));
  row.source = text_of(member(source, "source"));
  row.kind = text_of(member(source, "kind"));
  row.lang = text_of(member(source, "lang"));
  row.sentiment = text_of(member(source, "sentiment"));
  row.tweets = integer_of(member(source, "tweets"));
  row.changed_at = from_ms(integer_of(member(source, "changed_at")));
  return row;
}

}  // namespace

Result<std::vector<std::string>> Hours::versions(std::span<const HourRow> rows) {
  const auto found = fetch(client_, index_, ids_of(rows), "tweets");
  if (!found) return found.error();
  std::vector<std::string> versions;
  for (const auto& stored : *found)
    versions.push_back(stored.found ? fmt::format("{}:{}", stored.sequence, stored.term) : std::string());
  return versions;
}

Result<std::int64_t> Hours::put(std::span<const HourRow> rows, std::span<const std::string> versions) {
  std::vector<HourRow> values(rows.begin(), rows.end());
  if (BROKEN("increment_rollup")) {
    const auto found = fetch(client_, index_, ids_of(rows), "tweets");
    if (!found) return found.error();
    for (std::size_t i = 0; i < values.size(); ++i) values[i].tweets += (*found)[i].tweets;
  }
  Writes writes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (versions[i].empty()) {
      writes.create(id_of(values[i]), document_of(values[i]));
    } else {
      const auto [sequence, term] = version_from(versions[i]);
      writes.replace(id_of(values[i]), sequence, term, document_of(values[i]));
    }
  }
  const auto outcomes = bulk_.send(index_, writes);
  if (!outcomes) return outcomes.error();
  std::int64_t others = 0;
  for (const auto& outcome : *outcomes) {
    if (outcome.fate == Fate::refused)
      return Error{ErrorCode::rejected, fmt::format("{} takes no hour row: {}.", client_.address(), outcome.reason)};
    if (outcome.fate == Fate::conflict) ++others;
  }
  return others;
}

Result<std::vector<HourRow>> Hours::rows(const std::optional<HourRow>& after, std::size_t limit) {
  if (!after) {
    if (auto done = refresh(client_, index_); !done) return done.error();
  }
  std::string body = fmt::format(R"({{"size":{},"track_total_hits":false,"sort":["hour","source","kind","lang",)"
                                 R"("sentiment"])",
                                 std::min(limit, kMostRows));
  if (after) {
    body += fmt::format(R"(,"search_after":[{})", to_ms(after->hour));
    for (const auto* part : {&after->source, &after->kind, &after->lang, &after->sentiment}) {
      body += ',';
      append_json_string(body, *part);
    }
    body += ']';
  }
  const auto answer = client_.ask("POST", fmt::format("/{}/_search?filter_path=hits.hits._source", index_), body + "}");
  if (!answer) return answer.error();
  const auto json = Json::parse(*answer);
  if (!json) return json.error();
  std::vector<HourRow> out;
  for_each(member(json->root(), "hits", "hits"), [&](simdjson::dom::element hit) {
    if (const auto source = member(hit, "_source")) out.push_back(row_of(*source));
  });
  return out;
}

}  // namespace tweetpulse::elastic
