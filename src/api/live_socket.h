// The live feed as a WebSocket with many subscriptions, subprotocol tweetpulse.v1.
// Threads: one thread at a time, as HttpWebSocket says.
#pragma once

#include <memory>

#include "api/live_watch.h"
#include "driver/http_server.h"

namespace tweetpulse::api {

// `seat` is held until the connection is gone.
std::shared_ptr<HttpWebSocket> live_web_socket(LiveRing& ring, std::string request_id, std::function<Time()> clock,
                                               std::shared_ptr<void> seat);

}  // namespace tweetpulse::api
