// A connection that has become a WebSocket: messages in and out one at a time, pings, limits, the closing handshake.
// Threads: called on the loop's thread.
#pragma once

#include <memory>

#include "driver/http_exchange.h"
#include "driver/http_loop.h"

namespace tweetpulse {

bool is_websocket_upgrade(const HttpRequest& request);

// Answers 101 and serves `answer.websocket` until one side closes. Requires: is_websocket_upgrade(answer.request).
void open_websocket(const std::shared_ptr<HttpLoop>& loop, HttpSocket socket, HttpAnswer answer);

}  // namespace tweetpulse
