#include "driver/websocket_connection.h"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "base/log.h"

namespace tweetpulse {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

constexpr std::chrono::milliseconds kWriteStall = 10s, kClosing = 5s;
constexpr std::size_t kWriteBuffer = 4 * 1024;
constexpr auto kNever = HttpClock::time_point::max();

http::request<http::empty_body> handshake_of(const HttpRequest& request) {
  http::request<http::empty_body> handshake;
  handshake.method_string(request.method);
  handshake.target(request.target);
  handshake.version(11);
  for (const auto& [name, value] : request.headers) handshake.insert(name, value);
  return handshake;
}

class WebSocketConnection final : public HttpPeer, public std::enable_shared_from_this<WebSocketConnection> {
 public:
  WebSocketConnection(std::shared_ptr<HttpLoop> loop, HttpSocket socket, HttpAnswer answer)
      : loop_(std::move(loop)),
        stream_(std::move(socket)),
        handshake_(handshake_of(answer.request)),
        session_(std::move(answer.websocket)) {
    const HttpServerConfig& config = loop_->shared->config;
    websocket::stream_base::timeout timeout =
        websocket::stream_base::timeout::suggested(boost::beast::role_type::server);
    timeout.handshake_timeout = config.header_timeout;
    timeout.idle_timeout = config.idle_timeout;
    timeout.keep_alive_pings = true;
    stream_.set_option(timeout);
    stream_.set_option(websocket::stream_base::decorator(
        [headers = std::move(answer.upgrade_headers)](websocket::response_type& response) {
          for (const auto& [name, value] : headers) response.set(name, value);
        }));
    stream_.read_message_max(config.max_websocket_message);
    stream_.write_buffer_bytes(kWriteBuffer);
    stream_.text(true);
    stream_.auto_fragment(false);
  }

  void start() {
    loop_->enter(shared_from_this());
    session_->wake = [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->wake();
    };
    stream_.async_accept(handshake_, [self = shared_from_this()](error_code error) {
      if (error) return self->finish();
      self->handshake_ = {};
      self->open_ = true;
      self->read();
      self->pump();
    });
  }

  void tick(HttpClock::time_point now) override {
    if (now >= deadline_) finish();
  }
  void drain() override { pump(); }
  void cut() override { finish(); }

 private:
  void wake() {
    if (woken_.exchange(true)) return;
    boost::asio::post(loop_->context, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      self->woken_ = false;
      self->pump();
    });
  }

  void read() {
    stream_.async_read(in_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->finish();
      self->take_message();
    });
  }

  void take_message() {
    if (!stream_.got_text()) {
      close(websocket::close_code::unknown_data, "Only text messages are understood.");
    } else if (!closing_) {
      const std::string text = boost::beast::buffers_to_string(in_.data());
      if (!guarded([&] { session_->receive(text); })) return;
    }
    in_ = boost::beast::flat_buffer();
    read();
    pump();
  }

  void pump() {
    if (!open_ || writing_ || closing_ || gone_) return;
    bool found = false;
    std::pair<int, std::string> end;
    message_.clear();
    if (!guarded([&] {
          found = session_->next(message_);
          if (!found) end = session_->closing();
        })) {
      return;
    }
    if (!found && end.first != 0) return close(end.first, end.second);
    if (!found) {
      message_ = std::string();
      return;
    }
    writing_ = true;
    deadline_ = HttpClock::now() + kWriteStall;
    stream_.async_write(boost::asio::buffer(message_), [self = shared_from_this()](error_code error, std::size_t) {
      self->writing_ = false;
      self->deadline_ = kNever;
      if (error) return self->finish();
      if (self->closing_) return self->send_close();
      self->pump();
    });
  }

  template <class Call>
  bool guarded(Call&& call) {
    try {
      call();
      return true;
    } catch (const std::exception& error) {
      log::error("driver", "A WebSocket session threw; its connection is cut.", {{"what", error.what()}});
      finish();
      return false;
    }
  }

  void close(int code, std::string_view reason) {
    if (closing_) return;
    closing_ = true;
    constexpr std::size_t kReason = 123;
    reason_ = websocket::close_reason(static_cast<websocket::close_code>(code),
                                      boost::beast::string_view(reason.data(), std::min(reason.size(), kReason)));
    if (!writing_) send_close();
  }

  void send_close() {
    deadline_ = HttpClock::now() + kClosing;
    stream_.async_close(reason_, [self = shared_from_this()](error_code) { self->finish(); });
  }

  void finish() {
    if (gone_) return;
    gone_ = true;
    error_code ignored;
    stream_.next_layer().close(ignored);
    session_.reset();
    loop_->leave(this);
  }

  const std::shared_ptr<HttpLoop> loop_;
  websocket::stream<HttpSocket, false> stream_;
  http::request<http::empty_body> handshake_;
  std::shared_ptr<HttpWebSocket> session_;
  boost::beast::flat_buffer in_;
  std::string message_;
  websocket::close_reason reason_;
  HttpClock::time_point deadline_ = kNever;
  bool open_ = false, writing_ = false, closing_ = false, gone_ = false;
  std::atomic<bool> woken_{false};
};

}  // namespace

bool is_websocket_upgrade(const HttpRequest& request) {
  return websocket::is_upgrade(handshake_of(request));
}

void open_websocket(const std::shared_ptr<HttpLoop>& loop, HttpSocket socket, HttpAnswer answer) {
  std::make_shared<WebSocketConnection>(loop, std::move(socket), std::move(answer))->start();
}

}  // namespace tweetpulse
