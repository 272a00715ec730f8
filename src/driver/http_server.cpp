#include "driver/http_server.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <future>

#include "driver/http_connection.h"
#include "driver/http_listener.h"
#include "driver/http_loop.h"

namespace tweetpulse {
namespace {

// Past max_connections this many are still answered with 503; beyond, they are closed.
constexpr std::size_t kTurnedAwayAtOnce = 256;

std::chrono::milliseconds tick_for(const HttpServerConfig& config) {
  std::chrono::milliseconds shortest{2'000};
  for (const auto limit : {config.header_timeout, config.idle_timeout, config.answer_timeout}) {
    if (limit.count() != 0) shortest = std::min(shortest, limit);
  }
  return std::max(shortest / 4, std::chrono::milliseconds(10));
}

class BeastServer final : public HttpServer {
 public:
  BeastServer(HttpServerConfig config, Handler handler, ListeningSocket socket)
      : shared_(std::make_shared<HttpShared>(std::move(config), std::move(handler))) {
    const auto tick = tick_for(shared_->config);
    for (std::size_t i = 0; i < std::max<std::size_t>(shared_->config.io_threads, 1); ++i) {
      loops_.push_back(std::make_shared<HttpLoop>(shared_, tick));
    }
    listener_ = std::make_shared<HttpListener>(
        *loops_.front(), std::move(socket), [this](int peer, std::string remote) { accept(peer, std::move(remote)); });
    address_ = listener_->address();
    listener_->start();
    for (const auto& loop : loops_) loop->start();
  }

  ~BeastServer() override {
    close_listener();
    shared_->stopping = true;
    for (const auto& loop : loops_) run_on(*loop, [&loop] { loop->cut_peers(); });
    shared_->workers.join();
    for (const auto& loop : loops_) loop->stop();
  }

  std::string address() const override { return address_; }
  std::size_t connections() const override { return shared_->connections; }

  void drain(std::chrono::milliseconds limit) override {
    shared_->draining = true;
    close_listener();
    for (const auto& loop : loops_) run_on(*loop, [&loop] { loop->drain_peers(); });
    {
      std::unique_lock lock(shared_->mutex);
      shared_->all_gone.wait_for(lock, limit, [this] { return shared_->connections == 0; });
    }
    for (const auto& loop : loops_) run_on(*loop, [&loop] { loop->cut_peers(); });
  }

 private:
  void accept(int descriptor, std::string remote) {
    const std::size_t open = shared_->connections;
    if (open >= shared_->config.max_connections + kTurnedAwayAtOnce) {
      ::close(descriptor);
      return;
    }
    const bool full = open >= shared_->config.max_connections;
    const std::shared_ptr<HttpLoop>& loop = loops_[next_++ % loops_.size()];
    // Counted on its own loop, so a burst may pass the limit by what is on the way there.
    boost::asio::dispatch(loop->context, [loop, descriptor, remote = std::move(remote), full]() mutable {
      const int family = remote == "unix" ? AF_UNIX : remote.find(':') != std::string::npos ? AF_INET6 : AF_INET;
      boost::system::error_code error;
      HttpSocket socket(loop->context);
      socket.assign(boost::asio::generic::stream_protocol(family, 0), descriptor, error);
      if (error) {
        ::close(descriptor);
        return;
      }
      socket.non_blocking(true, error);
      const auto connection = std::make_shared<HttpConnection>(loop, std::move(socket), std::move(remote));
      if (!full) return connection->start();
      connection->turn_away({503, "unavailable", "Too many connections are open; try again later."});
    });
  }

  static void run_on(HttpLoop& loop, const std::function<void()>& task) {
    std::promise<void> done;
    boost::asio::post(loop.context, [&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  void close_listener() {
    if (!listener_) return;
    run_on(*loops_.front(), [this] { listener_.reset(); });
  }

  const std::shared_ptr<HttpShared> shared_;
  std::vector<std::shared_ptr<HttpLoop>> loops_;
  std::shared_ptr<HttpListener> listener_;
  std::string address_;
  std::size_t next_ = 0;
};

}  // namespace

std::string_view HttpRequest::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

Result<std::unique_ptr<HttpServer>> HttpServer::open(HttpServerConfig config, Handler handler) {
  auto socket = listen_on(config.listen);
  if (!socket) return socket.error();
  return std::unique_ptr<HttpServer>(std::make_unique<BeastServer>(std::move(config), std::move(handler), *socket));
}

}  // namespace tweetpulse
