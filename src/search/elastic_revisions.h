// The index as a whole: every document by id, how often it changed, how large it is. Threads: as the Client.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "search/elastic_client.h"
#include "search/search_index.h"

namespace tweetpulse::elastic {

// In byte order of id, tombstones included; the beginning makes everything written before visible.
Result<std::vector<DocumentRevision>> revisions(Client& client, std::string_view index, std::string_view after_id,
                                                std::size_t limit);

// Grows with every write of any process, also with one that says the same again.
Result<std::int64_t> change_counter(Client& client, std::string_view index);

struct Size {
  std::int64_t documents = 0, bytes = 0;
};
Result<Size> size_of(Client& client, std::string_view index, std::chrono::milliseconds timeout);

// Reads a document that need not be there.
Result<> touch(Client& client, std::string_view index);

}  // namespace tweetpulse::elastic
