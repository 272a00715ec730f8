// The listening socket of the HTTP server: TCP or unix, accepts into the loops in turn, pauses when descriptors run
// out. Threads: open() anywhere; the rest on the first loop's thread.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "driver/http_loop.h"

namespace tweetpulse {

struct ListeningSocket {
  int descriptor = -1;
  std::string address;    // host:port or unix:PATH really taken
  std::string unix_path;  // to be removed at the end
};

Result<ListeningSocket> listen_on(const std::string& address);

class HttpListener : public std::enable_shared_from_this<HttpListener> {
 public:
  // Called with a non-blocking connected socket and the peer's address.
  using Accepted = std::function<void(int descriptor, std::string remote)>;

  HttpListener(HttpLoop& loop, ListeningSocket socket, Accepted accepted);
  ~HttpListener();
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  void start();
  void close();
  const std::string& address() const { return socket_.address; }

 private:
  void wait();
  void accept_all();
  void pause();

  ListeningSocket socket_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
  Accepted accepted_;
  int spare_;
  bool closed_ = false;
};

}  // namespace tweetpulse
