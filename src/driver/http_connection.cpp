#include "driver/http_connection.h"

#include <boost/asio/buffer.hpp>
#include <charconv>

#include "base/log.h"
#include "driver/websocket_connection.h"

namespace tweetpulse {
namespace {

using namespace std::chrono_literals;
using boost::system::error_code;
namespace asio = boost::asio;

constexpr auto kNever = HttpClock::time_point::max();
constexpr std::chrono::milliseconds kWriteStall = 30s, kLingerQuiet = 2s, kLingerLimit = 10s;
constexpr std::size_t kPipelined = 64 * 1024;
constexpr int kPiecesInARow = 16, kStreamBuffer = 128 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<HttpLoop> loop, HttpSocket socket, std::string remote)
    : loop_(std::move(loop)), socket_(std::move(socket)), reader_(loop_->shared->config, std::move(remote)) {}

void HttpConnection::start() {
  loop_->enter(shared_from_this());
  deadline_ = HttpClock::now() + loop_->shared->config.idle_timeout;
  wait_for_bytes();
}

void HttpConnection::turn_away(const HttpFault& fault) {
  loop_->enter(shared_from_this());
  fail(fault);
}

// Waiting for readability instead of reading into a buffer: an idle connection owns no buffer.
void HttpConnection::wait_for_bytes() {
  if (reading_ || phase_ == Phase::gone) return;
  reading_ = true;
  socket_.async_wait(HttpSocket::wait_read, [self = shared_from_this()](error_code) {
    self->reading_ = false;
    self->on_readable();
  });
}

void HttpConnection::on_readable() {
  if (phase_ == Phase::gone || phase_ == Phase::handling || phase_ == Phase::writing) return;
  thread_local std::array<char, 64 * 1024> buffer;
  error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(buffer), error);
  if (would_block(error)) return wait_for_bytes();
  if (error) return finish();
  take_bytes({buffer.data(), count});
}

void HttpConnection::take_bytes(std::string_view bytes) {
  if (phase_ == Phase::lingering) {
    deadline_ = std::min(HttpClock::now() + kLingerQuiet, since_ + kLingerLimit);
    return wait_for_bytes();
  }
  in_ += bytes;
  received_ += bytes.size();
  if (phase_ != Phase::streaming) return proceed();
  if (in_.size() < kPipelined) wait_for_bytes();
}

void HttpConnection::proceed() {
  if (in_.empty() && !reader_.in_body()) return wait_for_bytes();
  switch (reader_.read(in_)) {
    case HttpRequestReader::State::complete:
      return dispatch();
    case HttpRequestReader::State::fault:
      return fail(reader_.fault());
    case HttpRequestReader::State::more:
      break;
  }
  if (reader_.take_continue()) {
    error_code ignored;
    socket_.write_some(asio::buffer(kContinue.data(), kContinue.size()), ignored);
  }
  set_reading_deadline();
  wait_for_bytes();
}

// api.md section 10: the head within its limit, the body at 1 KB/s or faster.
void HttpConnection::set_reading_deadline() {
  const Phase next = reader_.in_body() ? Phase::body : Phase::head;
  if (phase_ != next) {
    phase_ = next;
    since_ = HttpClock::now();
    received_ = 0;
  }
  deadline_ = since_ + loop_->shared->config.header_timeout;
  if (phase_ == Phase::body) deadline_ += std::chrono::milliseconds(received_ * 1000 / 1024);
}

void HttpConnection::dispatch() {
  if (loop_->shared->stopping) return finish();
  phase_ = Phase::handling;
  const auto limit = loop_->shared->config.answer_timeout;
  deadline_ = limit.count() == 0 ? kNever : HttpClock::now() + limit;
  HttpTerms terms{reader_.keep_alive(), reader_.chunks_understood(), reader_.unpacked_limit()};
  auto work = [self = shared_from_this(), exchange = ++exchange_, terms, request = reader_.take()]() mutable {
    HttpShared& shared = *self->loop_->shared;
    if (shared.stopping) return;
    if (shared.draining) terms.keep_alive = false;
    HttpAnswer answer;
    try {
      answer = prepare(shared.config, shared.handler, std::move(request), terms);
    } catch (const std::exception& error) {
      log::error("driver", "No answer could be made; the connection is cut.", {{"what", error.what()}});
      answer.close = true;
    }
    asio::post(self->loop_->context, [self, exchange, answer = std::move(answer)]() mutable {
      if (self->exchange_ == exchange && self->phase_ == Phase::handling) self->send(std::move(answer));
    });
  };
  asio::post(loop_->shared->workers, std::move(work));
}

void HttpConnection::fail(const HttpFault& fault) {
  ++exchange_;
  send(refuse(loop_->shared->config, fault, reader_.request()));
}

void HttpConnection::send(HttpAnswer answer) {
  if (answer.websocket) return upgrade(std::move(answer));
  out_ = std::move(answer.head);
  body_ = std::move(answer.body);
  written_ = 0;
  chunked_ = answer.chunked;
  close_ = answer.close;
  deadline_ = HttpClock::now() + kWriteStall;
  if (answer.stream) return begin_stream(std::move(answer.stream));
  phase_ = Phase::writing;
  if (flush()) on_written();
}

void HttpConnection::upgrade(HttpAnswer answer) {
  if (!in_.empty() || !is_websocket_upgrade(answer.request)) {
    return fail({400, "malformed-request", "This is not the opening handshake of a WebSocket, version 13."});
  }
  phase_ = Phase::gone;
  open_websocket(loop_, std::move(socket_), std::move(answer));
  loop_->leave(this);
}

bool HttpConnection::flush() {
  while (written_ < out_.size() + body_.size()) {
    const std::size_t of_out = std::min(written_, out_.size());
    const std::size_t of_body = written_ - of_out;
    const std::array<asio::const_buffer, 2> rest{asio::buffer(out_.data() + of_out, out_.size() - of_out),
                                                 asio::buffer(body_.data() + of_body, body_.size() - of_body)};
    error_code error;
    const std::size_t count = socket_.write_some(rest, error);
    if (would_block(error)) {
      blocked_ = true;
      socket_.async_wait(HttpSocket::wait_write, [self = shared_from_this()](error_code) { self->on_writable(); });
      return false;
    }
    if (error) {
      finish();
      return false;
    }
    written_ += count;
    deadline_ = HttpClock::now() + (phase_ == Phase::streaming ? stall_limit_ : kWriteStall);
  }
  written_ = 0;
  out_.clear();
  body_ = std::string();
  return true;
}

void HttpConnection::on_writable() {
  blocked_ = false;
  if (phase_ == Phase::gone || !flush()) return;
  on_written();
}

void HttpConnection::on_written() {
  if (phase_ != Phase::streaming) return next_request();
  if (ended_) return end_stream();
  pump();
}

void HttpConnection::next_request() {
  if (close_ || loop_->shared->draining) return linger();
  phase_ = Phase::idle;
  deadline_ = HttpClock::now() + loop_->shared->config.idle_timeout;
  proceed();
}

void HttpConnection::begin_stream(std::shared_ptr<HttpStream> stream) {
  phase_ = Phase::streaming;
  ended_ = false;
  error_code ignored;  // what the kernel holds for a slow client is bounded too
  (void)socket_.set_option(asio::socket_base::send_buffer_size(kStreamBuffer), ignored);
  stream_ = std::move(stream);
  stall_limit_ = stream_->stall_limit.count() == 0 ? kWriteStall : stream_->stall_limit;
  stream_->wake = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->wake();
  };
  wait_for_bytes();
  pump();
}

void HttpConnection::wake() {
  if (woken_.exchange(true)) return;
  asio::post(loop_->context, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->woken_ = false;
    self->pump();
  });
}

void HttpConnection::pump() {
  if (phase_ != Phase::streaming || blocked_ || ended_) return;
  for (int i = 0; i < kPiecesInARow; ++i) {
    const HttpStream::State state = append_piece();
    if (phase_ == Phase::gone) return;
    if (out_.empty() && state == HttpStream::State::wait) {
      deadline_ = kNever;
      out_ = std::string();
      return;
    }
    deadline_ = HttpClock::now() + stall_limit_;
    if (!flush()) return;
    if (ended_) return end_stream();
  }
  wake();
}

HttpStream::State HttpConnection::append_piece() {
  thread_local std::string piece;
  piece.clear();
  HttpStream::State state = HttpStream::State::end;
  try {
    state = stream_->next(piece);
  } catch (const std::exception& error) {
    log::error("driver", "A stream threw; its connection is cut.", {{"what", error.what()}});
    finish();
    return state;
  }
  if (!piece.empty() && chunked_) {
    char size[20];
    const auto end = std::to_chars(size, size + sizeof size, piece.size(), 16).ptr;
    out_.append(size, static_cast<std::size_t>(end - size)).append("\r\n").append(piece).append("\r\n");
  } else {
    out_ += piece;
  }
  ended_ = state == HttpStream::State::end;
  if (ended_ && chunked_) out_ += "0\r\n\r\n";
  return state;
}

void HttpConnection::end_stream() {
  stream_.reset();
  next_request();
}

// Closing with unread bytes makes the kernel reset the connection, and the client may lose the answer: so read on
// first.
void HttpConnection::linger() {
  error_code ignored;
  socket_.shutdown(HttpSocket::shutdown_send, ignored);
  phase_ = Phase::lingering;
  since_ = HttpClock::now();
  deadline_ = since_ + kLingerQuiet;
  in_ = std::string();
  wait_for_bytes();
}

void HttpConnection::tick(HttpClock::time_point now) {
  if (now < deadline_) return;
  switch (phase_) {
    case Phase::head:
      return fail({408, "request-timeout", "The head of the request did not come in time."});
    case Phase::body:
      return fail({408, "request-timeout", "The body of the request came slower than 1 KB a second."});
    case Phase::handling:
      return fail({504, "deadline-exceeded", "The answer took too long."});
    default:
      return finish();
  }
}

void HttpConnection::drain() {
  if (phase_ == Phase::idle && in_.empty()) return finish();
  pump();
}

void HttpConnection::finish() {
  if (phase_ == Phase::gone) return;
  phase_ = Phase::gone;
  error_code ignored;
  socket_.close(ignored);
  stream_.reset();
  loop_->leave(this);
}

}  // namespace tweetpulse
