// Bytes of a connection in, one HttpRequest after the other out; refuses what two readers could understand differently.
// Threads: one connection's, one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "driver/http_server.h"

namespace tweetpulse {

struct HttpFault {
  int status = 400;
  std::string_view code = "malformed-request";
  std::string detail;
};

class HttpRequestReader {
 public:
  enum class State { more, complete, fault };

  HttpRequestReader(const HttpServerConfig& config, std::string remote);
  ~HttpRequestReader();

  // Takes from the front of `in` what it can use. After complete: take(); after fault: the connection must end.
  State read(std::string& in);
  const HttpFault& fault() const { return fault_; }
  // True once: the head is read, the body is to come and the client waits for 100 Continue.
  bool take_continue();
  bool in_body() const { return parser_ != nullptr; }
  bool keep_alive() const { return keep_alive_; }
  bool chunks_understood() const { return chunks_understood_; }  // HTTP/1.1
  std::size_t unpacked_limit() const { return unpacked_limit_; }
  // Of the request being read; nullptr before its head is complete.
  const HttpRequest* request() const { return parser_ ? &request_ : nullptr; }
  // The request, and ready for the next one.
  HttpRequest take();

 private:
  struct Parser;
  State find_head(const std::string& in);
  State check_line(std::string_view line);
  State read_head(std::string& in);
  State check_fields();
  State check_length();
  State read_body(std::string& in);
  State fail(int status, std::string_view code, std::string detail);
  State malformed(std::string_view detail) { return fail(400, "malformed-request", std::string(detail)); }

  const HttpServerConfig* config_;
  std::string remote_;
  std::unique_ptr<Parser> parser_;
  HttpRequest request_;
  HttpFault fault_;
  std::size_t scanned_ = 0, lines_ = 0, first_line_ = 0, head_ = 0;
  std::size_t wire_limit_ = 0, unpacked_limit_ = 0, length_ = 0;
  bool chunked_ = false, keep_alive_ = false, chunks_understood_ = false, continue_wanted_ = false;
};

}  // namespace tweetpulse
