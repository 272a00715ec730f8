// Documents by id, as they are this moment, and documents of a search, page by page. Threads: as the Client.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "search/elastic_client.h"
#include "search/elastic_document.h"

namespace tweetpulse::elastic {

// One document of the index of tweets, or one note.
struct Stored {
  bool found = false;
  std::string id;  // of the tweet
  std::int64_t version = 0, sequence = 0, term = 0;
  std::int64_t state = 0;
  std::optional<std::int64_t> event_at;
  std::string packed;  // "" = a tombstone, or not asked for
  std::string value;   // of a note
  std::int64_t tweets = 0;
  bool is_erased() const { return found && (state & kErased) != 0; }
  bool is_gone() const { return found && (state & kGone) != 0; }
};

// One an id, in their order; realtime, so a write that was answered is seen. `ids`: of documents. `fields`: of _source,
// comma list.
Result<std::vector<Stored>> fetch(Client& client, std::string_view index, std::span<const std::string> ids,
                                  std::string_view fields);
// Everything written becomes visible to searches.
Result<> refresh(Client& client, std::string_view index);

// Documents that the filters let through (JSON, comma list), by id, each with its packed form: page after page until
// `each` has seen all. `each` may write.
Result<> for_each_page(Client& client, std::string_view index, std::string_view filters,
                       const std::function<Result<>(const std::vector<Stored>&)>& each);

}  // namespace tweetpulse::elastic
