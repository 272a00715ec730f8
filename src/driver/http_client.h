// A blocking HTTP client on libcurl: connections are kept and lent out a call, every call has a deadline, every answer
// a bound. Threads: call() from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tweetpulse {

using AnswerHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpClientConfig {
  std::string ca_file;  // PEM; "" = the system's
  std::chrono::milliseconds connect_timeout{2'000}, call_timeout{30'000};
  std::size_t max_response_bytes = std::size_t{256} << 20;
};

// An http(s) address in its parts.
struct HttpUrl {
  std::string address;         // scheme://host:port/path without the last slash, user and password; for messages too
  std::string user, password;  // decoded
  bool has_login = false;
};
// rejected: no http(s) URL; the sentence never holds the password.
Result<HttpUrl> parse_http_url(std::string_view url);

struct HttpCall {
  std::string_view method = "GET";
  std::string url;  // whole, without login
  std::string_view body;
  std::string_view content_type = "application/json";
  std::string_view user, password;       // basic authentication; "" = none
  std::chrono::milliseconds timeout{0};  // 0 = call_timeout
  AnswerHeaders headers;
};

struct HttpReply {
  int status = 0;
  AnswerHeaders headers;                                 // names in lower case
  std::string body;                                      // its capacity leaves simdjson's padding
  std::string_view header(std::string_view name) const;  // "" = not there
};

class HttpClient {
 public:
  explicit HttpClient(HttpClientConfig config);
  HttpClient(const HttpClient&) = delete;
  ~HttpClient();

  // Any status is an answer. unavailable: certainly not executed (no address, refused, no TLS); timeout: the outcome is
  // unknown (deadline, cut connection); rejected: the answer is over the bound.
  Result<HttpReply> call(const HttpCall& call);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tweetpulse
