// The role `api`: the HTTP interface on http.listen; health and metrics of every role on ops.listen.
// Threads: start and stop from one thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "api/api.h"
#include "app/config.h"
#include "app/runtime.h"
#include "driver/http_server.h"
#include "ingest/push_intake.h"

namespace tweetpulse {

struct ApiServerOptions {
  std::filesystem::path ui_dir;                           // "" = the embedded one
  bool any_port = false;                                  // `demo`: the next free port when http.listen is taken
  bool pages = true;                                      // false: health and metrics alone, on ops.listen
  std::function<std::chrono::milliseconds()> silent_for;  // of the loops of this process, for /healthz
};

class ApiServer {
 public:
  ApiServer(const Config& config, Runtime& runtime, const ApiServerOptions& options);  // throws StartError
  ~ApiServer();
  std::string address() const;  // host:port of the pages
  void begin_drain();           // /readyz says 503
  void drain(std::chrono::milliseconds limit);

 private:
  void open_pages(const Config& config, const ApiServerOptions& options);
  void open_ops(const Config& config);

  std::unique_ptr<PushIntake> intake_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<HttpServer> server_, ops_;
};

}  // namespace tweetpulse
