// The HTTP interface of TweetPulse: one request in, port calls, one answer out (docs of the routes: /openapi.json).
// Threads: handle() is called from many threads at once.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/ports.h"
#include "driver/http_server.h"

namespace tweetpulse {

struct BuildInfo {
  std::string name = "tweetpulse", version, commit, compiler;
  std::vector<std::string> adapters;  // compiled in: "queue:sqlite"
};

struct ApiConfig {
  std::string cursor_key;         // 32 bytes, kept over restarts; "" = new ones, cursors end with the process
  std::vector<std::string> cors;  // exact origins that may read and write from a browser
  bool loopback = true;           // the listener is a loopback one: no limit of live connections an address
  bool live = true;               // false: nobody watches the live feed here
  std::chrono::seconds ring{60};  // how long the live feed can be resumed
  std::string simulator = R"({"rate":20,"scenario":"everyday","seed":1})";  // until the first PUT
  api::StaticFiles files;                                                   // the built web UI; empty = not built in
  BuildInfo build;
};

class Api {
 public:
  Api(api::Ports ports, ApiConfig config);
  ~Api();

  HttpResponse handle(const HttpRequest& request);
  // /readyz says 503 from now on and live clients are told to go; requests are still answered.
  void begin_drain();

  // For HttpServerConfig.
  static std::pair<std::size_t, std::size_t> body_limit(std::string_view method, std::string_view path);
  static HttpResponse problem(int status, std::string_view code, std::string_view detail, const HttpRequest* request);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// The document of /openapi.json, made from the route table alone.
std::string openapi_json(std::string_view version);

}  // namespace tweetpulse
