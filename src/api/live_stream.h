// The live feed as server-sent events. Threads: next() by one thread at a time.
#pragma once

#include <memory>

#include "api/live_watch.h"
#include "driver/http_server.h"

namespace tweetpulse::api {

// `seat` is held until the connection is gone.
std::shared_ptr<HttpStream> live_stream(LiveRing& ring, LiveQuestion question, std::string_view last_event_id,
                                        std::function<Time()> clock, std::shared_ptr<void> seat);

}  // namespace tweetpulse::api
