// Every stored tweet that a filter lets through, as NDJSON or CSV, read from the store piece by piece.
// Threads: made on a handler's thread, then used by one thread at a time.
#pragma once

#include <memory>

#include "api/fields.h"
#include "api/ports.h"
#include "driver/http_server.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {

std::shared_ptr<HttpStream> ndjson_stream(TweetStore& store, TweetFilter filter, Fields fields);
// `columns`: dotted names, empty = all. `excel_ids`: ids as ="...".
std::shared_ptr<HttpStream> csv_stream(TweetStore& store, TweetFilter filter, std::span<const std::string> columns,
                                       bool excel_ids);

}  // namespace tweetpulse::api
