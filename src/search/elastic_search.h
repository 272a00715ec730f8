// Runs searches and gives whole answers or an Error: what some shard could not say, or what took too long, is never
// passed off as everything. Threads: as the Client.
#pragma once

#include <string>
#include <string_view>

#include "search/elastic_client.h"
#include "search/elastic_json.h"

namespace tweetpulse::elastic {

// `body`: one JSON object. `copy`: searches with the same word ask the same copies of the shards; "" = any.
// unavailable: a shard failed, or the time was up.
Result<Json> search(Client& client, std::string_view index, const std::string& body, std::string_view copy = {});

// The servers look at it between segments and batches of documents.
inline constexpr std::string_view kSearchTime = R"("timeout":"10s")";

}  // namespace tweetpulse::elastic
