// Pages of matches with totals and facets. Threads: as the Client.
#pragma once

#include <string_view>

#include "search/elastic_client.h"
#include "search/search_index.h"

namespace tweetpulse::elastic {

Result<SearchPage> find(Client& client, std::string_view index, const Query& query, const FindOptions& options);

}  // namespace tweetpulse::elastic
