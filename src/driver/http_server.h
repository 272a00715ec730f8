// An HTTP/1.1 and WebSocket server behind plain types; Boost.Beast stays inside. Knows limits, timeouts, compression,
// keep-alive, draining; knows no route.
// Threads: the handler runs on the server's worker threads, several at once; streams are pulled on I/O threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tweetpulse {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;                                               // GET
  std::string target;                                               // as sent, percent-encoded, with the query
  HttpHeaders headers;                                              // names in lower case
  std::string body;                                                 // content-encoding gzip and zstd already removed
  std::string remote;                                               // address without port
  bool body_unreadable = false;                                     // the compressed body was damaged
  std::string_view header(std::string_view lower_case_name) const;  // "" = absent
};

// A body that comes in pieces. next() is called on an I/O thread whenever the last piece was written, and after wake().
class HttpStream {
 public:
  enum class State { more, wait, end };
  virtual ~HttpStream() = default;  // the connection is gone
  // Appends at most about 64 KB. more: call again; wait: nothing now, wake() will be called; end: the body is complete.
  // Must not block for long (a read of an embedded database is fine).
  virtual State next(std::string& out) = 0;
  // Set by the server before the first next(); may be called from any thread, also after the connection is gone.
  std::function<void()> wake;
  // Pending bytes were not taken for so long that the server closes the connection (api.md 7.1: 10 s); 0 = 30 s.
  std::chrono::milliseconds stall_limit{0};
};

// One WebSocket. receive() and next() are called on one I/O thread at a time.
class HttpWebSocket {
 public:
  virtual ~HttpWebSocket() = default;
  virtual void receive(std::string_view text) = 0;
  // The next message to send, or nothing; called after receive(), after each write and after wake().
  virtual bool next(std::string& message) = 0;
  // Code and reason to close with; 0 = stay open. Asked after next() gave nothing.
  virtual std::pair<int, std::string> closing() = 0;
  std::function<void()> wake;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;  // Content-Type and the like; Content-Length, Date, Connection are the server's
  std::string body;
  std::shared_ptr<HttpStream> stream;  // instead of body: chunked
  std::shared_ptr<HttpWebSocket>
      websocket;             // status 101: the upgrade is accepted; header sec-websocket-protocol is sent
  bool compressible = true;  // gzip or br when asked for and > 1 KB (streams: never)
  bool close = false;
};

struct HttpServerConfig {
  std::string listen = "127.0.0.1:8080";  // host:port (port 0 = any free) or unix:PATH
  std::size_t io_threads = 1, worker_threads = 4;
  std::size_t max_connections = 10'000;
  std::size_t max_header_bytes = 16 * 1024, max_target_bytes = 8 * 1024, max_headers = 100;
  std::size_t max_websocket_message = 64 * 1024;
  std::chrono::milliseconds header_timeout{5'000}, idle_timeout{60'000}, answer_timeout{10'000};
  // Limit of the body on the wire and unpacked, by method and path; api.md section 10.
  std::function<std::pair<std::size_t, std::size_t>(std::string_view method, std::string_view path)> body_limit;
  // Makes the answer for what never reaches the handler: 400 408 413 414 431 503; `code` as in api.md section 5.
  std::function<HttpResponse(int status, std::string_view code, std::string_view detail, const HttpRequest*)> problem;
};

class HttpServer {
 public:
  using Handler = std::function<HttpResponse(const HttpRequest&)>;
  // Listens when it returns. unavailable: the address is taken (named, with the remedy).
  static Result<std::unique_ptr<HttpServer>> open(HttpServerConfig config, Handler handler);
  virtual ~HttpServer() = default;          // stops at once
  virtual std::string address() const = 0;  // host:port really taken
  virtual std::size_t connections() const = 0;
  // Stops accepting, lets requests end, wakes streams; returns when all connections are closed or `limit` has passed.
  virtual void drain(std::chrono::milliseconds limit) = 0;
};

}  // namespace tweetpulse
