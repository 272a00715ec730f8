// Series, rankings and counts over all matches. Threads: as the Client.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search/elastic_client.h"
#include "search/search_index.h"

namespace tweetpulse::elastic {

Result<std::optional<std::pair<Time, Time>>> extent(Client& client, std::string_view index, const Query& query);
Result<std::vector<Series>> series(Client& client, std::string_view index, const Query& query,
                                   std::span<const Time> edges, std::string_view group_by, bool count_authors);
Result<TopPage> top(Client& client, std::string_view index, const Query& query, const TopOptions& options);
Result<std::map<std::string, std::int64_t>> counts(Client& client, std::string_view index, const Query& query,
                                                   const TopOptions& options, std::span<const std::string> values);

}  // namespace tweetpulse::elastic
