// One Elasticsearch (7.17 to 9) or OpenSearch (2, 3) cluster as calls that any of its nodes answers; which of the two
// it is, is found at the start. Threads: any method from any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "driver/http_client.h"

namespace tweetpulse::elastic {

enum class Flavour { elasticsearch, opensearch };

struct Server {
  Flavour flavour = Flavour::elasticsearch;
  int major = 0, minor = 0;  // 0 = it does not say
  std::string version;
  std::string_view name() const { return flavour == Flavour::opensearch ? "opensearch" : "elasticsearch"; }
};

struct ClientConfig {
  std::string urls;     // http(s)://[user:password@]host:port, comma list: nodes of one cluster
  std::string ca_file;  // for https; "" = the system's
  std::chrono::milliseconds call_timeout{30'000};
};

class Client {
 public:
  // Asks a node who it is. rejected: the URL makes no sense, no such server answers there, or it refuses the login;
  // unavailable: nobody answers.
  static Result<std::unique_ptr<Client>> open(const ClientConfig& config);
  Client(const Client&) = delete;
  ~Client();

  // Any status. A node that does not take the call is left alone for a while and the next one is asked; unavailable:
  // none took it. timeout: one took it and the outcome is unknown. `path` begins with a slash.
  Result<HttpReply> call(std::string_view method, std::string_view path, std::string_view body = {},
                         std::chrono::milliseconds timeout = {});
  // A status of 300 or more becomes error_of().
  Result<HttpReply> ask(std::string_view method, std::string_view path, std::string_view body = {},
                        std::chrono::milliseconds timeout = {});
  // What a status means to a caller that wanted 2xx: 404 not_found, 400 409 413 rejected; 408 429 5xx unavailable, with
  // the remedy. A refused login (401, 403) is rejected until started(): a configuration that never worked. Later it is
  // unavailable: work waits for whoever mends it.
  Error error_of(const HttpReply& response, std::string_view what) const;
  void started();

  const Server& server() const { return server_; }
  std::string address() const;  // for messages: without password

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  Result<> identify();

  std::unique_ptr<State> state_;
  Server server_;
};

}  // namespace tweetpulse::elastic
