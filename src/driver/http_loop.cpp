#include "driver/http_loop.h"

#include "base/log.h"

namespace tweetpulse {

HttpLoop::HttpLoop(std::shared_ptr<HttpShared> server, std::chrono::milliseconds tick)
    : shared(std::move(server)), work_(context.get_executor()), timer_(context), tick_(tick) {}

void HttpLoop::start() {
  sweep();
  thread_ = std::thread([this] {
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& error) {
        log::error("driver", "A callback of the HTTP server threw; its connection is lost.", {{"what", error.what()}});
      }
    }
  });
}

void HttpLoop::stop() {
  if (!thread_.joinable()) return;
  boost::asio::post(context, [this] {
    timer_.cancel();
    cut_peers();
    work_.reset();
  });
  thread_.join();
}

void HttpLoop::enter(const std::shared_ptr<HttpPeer>& peer) {
  shared->connections.fetch_add(1);
  peers_.emplace(peer.get(), peer);
}

void HttpLoop::leave(HttpPeer* peer) {
  if (peers_.erase(peer) != 0) shared->left();
}

std::vector<std::shared_ptr<HttpPeer>> HttpLoop::snapshot() const {
  std::vector<std::shared_ptr<HttpPeer>> peers;
  peers.reserve(peers_.size());
  for (const auto& [address, peer] : peers_) peers.push_back(peer);
  return peers;
}

void HttpLoop::drain_peers() {
  for (const auto& peer : snapshot()) peer->drain();
}

void HttpLoop::cut_peers() {
  for (const auto& peer : snapshot()) peer->cut();
}

void HttpLoop::sweep() {
  const auto now = HttpClock::now();
  for (const auto& peer : snapshot()) peer->tick(now);
  timer_.expires_after(tick_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) sweep();
  });
}

}  // namespace tweetpulse
