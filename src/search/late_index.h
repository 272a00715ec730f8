// A SearchIndex whose server may be away when the process starts: what does not need it works meanwhile. Threads: any
// method from any thread.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "search/search_index.h"

namespace tweetpulse {

using OpenSearchIndex = std::function<Result<std::unique_ptr<SearchIndex>>()>;

// Opens it now, or, when it is away, at a later call; until then each call answers `unavailable`. Requires: the index
// keeps hours. An error that no waiting mends is returned at once.
Result<std::unique_ptr<SearchIndex>> open_late(OpenSearchIndex open);

}  // namespace tweetpulse
