// One HTTP/1.1 connection: requests in order through the worker threads, answers and streams written one piece at a
// time. Threads: everything on the loop's thread; HttpStream::wake may come from anywhere.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>

#include "driver/http_exchange.h"
#include "driver/http_loop.h"
#include "driver/http_request_reader.h"

namespace tweetpulse {

class HttpConnection final : public HttpPeer, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<HttpLoop> loop, HttpSocket socket, std::string remote);

  void start();
  // Answers at once, without reading, and ends: the server is full.
  void turn_away(const HttpFault& fault);

  void tick(HttpClock::time_point now) override;
  void drain() override;
  void cut() override { finish(); }

 private:
  enum class Phase { idle, head, body, handling, writing, streaming, lingering, gone };

  void proceed();
  void wait_for_bytes();
  void on_readable();
  void take_bytes(std::string_view bytes);
  void set_reading_deadline();
  void dispatch();
  void fail(const HttpFault& fault);
  void send(HttpAnswer answer);
  void upgrade(HttpAnswer answer);
  bool flush();  // true: all is written
  void on_writable();
  void on_written();
  void next_request();
  void begin_stream(std::shared_ptr<HttpStream> stream);
  void wake();
  void pump();
  HttpStream::State append_piece();
  void end_stream();
  void linger();
  void finish();

  const std::shared_ptr<HttpLoop> loop_;
  HttpSocket socket_;
  HttpRequestReader reader_;
  Phase phase_ = Phase::idle;
  HttpClock::time_point deadline_{};
  HttpClock::time_point since_{};  // of the head, the body or the lingering
  std::size_t received_ = 0;       // of this body
  std::uint64_t exchange_ = 0;     // an answer to an older one is late
  std::string in_, out_, body_;
  std::size_t written_ = 0;
  std::shared_ptr<HttpStream> stream_;
  std::chrono::milliseconds stall_limit_{0};
  bool chunked_ = false, close_ = false, ended_ = false;
  bool reading_ = false, blocked_ = false;
  std::atomic<bool> woken_{false};
};

}  // namespace tweetpulse
