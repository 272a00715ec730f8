// What every answer carries whatever its route: request id, security headers, CORS, timing, metrics.
// Threads: any.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "driver/http_server.h"

namespace tweetpulse::api {

std::string new_request_id(Time now);  // UUIDv7
std::string request_id_of(const HttpRequest& http, Time now);
// A browser sends it for a page of an origin that is neither our own nor allowed, and it would change something.
bool is_foreign_write(const HttpRequest& http, std::span<const std::string> allowed);
void finish(HttpResponse& response, const HttpRequest& http, const std::string& request_id,
            std::span<const std::string> cors, std::chrono::steady_clock::time_point start);
std::string joined(std::span<const std::string> words);  // a, b

// Counts a request while it lives.
class RequestMeter {
 public:
  RequestMeter();
  ~RequestMeter();
  RequestMeter(const RequestMeter&) = delete;
  RequestMeter& operator=(const RequestMeter&) = delete;
  void done(std::string_view route, std::string_view method, int status,
            std::chrono::steady_clock::time_point start) const;
};

}  // namespace tweetpulse::api
