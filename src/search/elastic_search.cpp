#include "search/elastic_search.h"

#include <fmt/format.h>

namespace tweetpulse::elastic {
namespace {

constexpr std::string_view kWanted =
    "timed_out,_shards.failed,_shards.failures.reason,hits.total,hits.hits.sort,hits.hits._source,aggregations";

Error incomplete(const Client& client, std::string_view why) {
  return Error{ErrorCode::unavailable, fmt::format("{} did not search everything ({}); ask again, or for less at once.",
                                                   client.address(), why)};
}

Result<> check(const Client& client, simdjson::dom::element answer) {
  if (is_true(member(answer, "timed_out"))) return incomplete(client, "its time was up");
  const auto failed = member(answer, "_shards", "failed");
  if (!failed) return incomplete(client, "it does not say how many shards answered");
  if (integer_of(failed) == 0) return {};
  std::string_view reason = "shards failed";
  for_each(member(answer, "_shards", "failures"), [&](simdjson::dom::element failure) {
    if (const auto said = text_of(member(failure, "reason", "reason")); !said.empty()) reason = said;
  });
  return incomplete(client, reason);
}

}  // namespace

Result<Json> search(Client& client, std::string_view index, const std::string& body, std::string_view copy) {
  std::string path =
      fmt::format("/{}/_search?allow_partial_search_results=false&filter_path={}", percent(index), kWanted);
  if (!copy.empty()) path += "&preference=" + percent(copy);
  const auto answer = client.ask("POST", path, body);
  if (!answer) return answer.error();
  auto json = Json::parse(*answer);
  if (!json) return json.error();
  if (auto whole = check(client, json->root()); !whole) return whole.error();
  return json;
}

}  // namespace tweetpulse::elastic
