// Answers a search from the store when the index is away: the store narrows by its columns, the matcher decides.
// Threads: any.
#pragma once

#include <optional>

#include "api/ports.h"
#include "search/search_index.h"

namespace tweetpulse::api {

struct StoredSearch {
  FindOptions options;  // as it was answered: by time, whatever order was asked for
  SearchPage page;      // total counts what was seen until the limit of time or rows
};
// nullopt: the store does not answer either.
std::optional<StoredSearch> find_in_store(const Ports& ports, const Query& query, const FindOptions& options);

}  // namespace tweetpulse::api
