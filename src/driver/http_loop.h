// One I/O thread of the HTTP server with the peers that live on it, and what all loops of one server share.
// Threads: context may be posted to from anywhere; all else belongs to the loop's own thread.
#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "driver/http_server.h"

namespace tweetpulse {

using HttpClock = std::chrono::steady_clock;
using HttpSocket =
    boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, boost::asio::io_context::executor_type>;

struct HttpShared {
  HttpShared(HttpServerConfig given, HttpServer::Handler to_call)
      : config(std::move(given)),
        handler(std::move(to_call)),
        workers(config.worker_threads == 0 ? 1 : config.worker_threads) {}

  HttpServerConfig config;
  HttpServer::Handler handler;
  boost::asio::thread_pool workers;
  std::atomic<std::size_t> connections{0};
  std::atomic<bool> draining{false}, stopping{false};
  std::mutex mutex;
  std::condition_variable all_gone;

  void left() {
    if (connections.fetch_sub(1) != 1) return;
    const std::lock_guard lock(mutex);
    all_gone.notify_all();
  }
};

// One open socket. Called on its loop's thread.
class HttpPeer {
 public:
  virtual ~HttpPeer() = default;
  virtual void tick(HttpClock::time_point now) = 0;  // deadlines
  virtual void drain() = 0;                          // end when what runs has ended
  virtual void cut() = 0;                            // end now
};

class HttpLoop {
 public:
  HttpLoop(std::shared_ptr<HttpShared> server, std::chrono::milliseconds tick);
  ~HttpLoop() { stop(); }
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  void start();
  void stop();  // cuts every peer and joins the thread
  void drain_peers();
  void cut_peers();
  // The peer lives until leave(); counted in HttpShared::connections.
  void enter(const std::shared_ptr<HttpPeer>& peer);
  void leave(HttpPeer* peer);

  boost::asio::io_context context{1};
  const std::shared_ptr<HttpShared> shared;

 private:
  void sweep();
  std::vector<std::shared_ptr<HttpPeer>> snapshot() const;

  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  const std::chrono::milliseconds tick_;
  std::unordered_map<HttpPeer*, std::shared_ptr<HttpPeer>> peers_;
  std::thread thread_;
};

}  // namespace tweetpulse
