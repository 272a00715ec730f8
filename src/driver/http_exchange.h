// One request through the handler to the bytes of its answer: unpacking, compression, HEAD, the head's text.
// Threads: pure but for the handler; prepare() runs on a worker thread.
#pragma once

#include <memory>
#include <string>

#include "driver/http_request_reader.h"
#include "driver/http_server.h"

namespace tweetpulse {

// What the answer depends on besides the request.
struct HttpTerms {
  bool keep_alive = true;
  bool chunks_understood = true;
  std::size_t unpacked_limit = 0;
};

struct HttpAnswer {
  std::string head;  // with the body when that is small
  std::string body;
  std::shared_ptr<HttpStream> stream;
  std::shared_ptr<HttpWebSocket> websocket;
  HttpHeaders upgrade_headers;
  HttpRequest request;  // of an upgrade only
  bool close = false;
  bool chunked = false;
};

HttpAnswer prepare(const HttpServerConfig& config, const HttpServer::Handler& handler, HttpRequest request,
                   const HttpTerms& terms);
// The answer to what never reaches the handler; it ends the connection.
HttpAnswer refuse(const HttpServerConfig& config, const HttpFault& fault, const HttpRequest* request);

}  // namespace tweetpulse
