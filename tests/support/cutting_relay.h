// A TCP relay in front of a server that loses the answer to what it was told to watch for: it forwards the request,
// takes the answer, and hangs up. Threads: its own; set and read from the test's.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

namespace tweetpulse::testing_support {

class CuttingRelay {
 public:
  CuttingRelay(std::string host, int port, std::string word)
      : host_(std::move(host)), to_(port), word_(std::move(word)) {
    sockaddr_in address = loopback("127.0.0.1", 0);
    socklen_t size = sizeof address;
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 8) != 0)
      throw std::runtime_error("The relay cannot listen.");
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~CuttingRelay() {
    thread_.request_stop();
    thread_.join();
    close(listener_);
  }
  CuttingRelay(const CuttingRelay&) = delete;

  int port() const { return port_; }
  void cut_next() { armed_ = true; }  // the next request that holds the word
  int cuts() const { return cuts_; }

 private:
  static sockaddr_in loopback(const std::string& host, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    return address;
  }
  static bool readable(int descriptor, int milliseconds) {
    pollfd one{descriptor, POLLIN, 0};
    return poll(&one, 1, milliseconds) > 0;
  }
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!readable(listener_, 20)) continue;
      const int client = accept(listener_, nullptr, nullptr), server = socket(AF_INET, SOCK_STREAM, 0);
      const sockaddr_in address = loopback(host_, to_);
      if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        relay(client, server, stop);
      close(client);
      close(server);
    }
  }
  // One connection at a time is all that a test of one store needs.
  void relay(int client, int server, const std::stop_token& stop) {
    char bytes[65536];
    while (!stop.stop_requested()) {
      pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (poll(both, 2, 20) <= 0) continue;
      for (int side = 0; side < 2; ++side) {
        if (both[side].revents == 0) continue;
        const auto size = read(both[side].fd, bytes, sizeof bytes);
        if (size <= 0 || write(both[1 - side].fd, bytes, static_cast<std::size_t>(size)) != size) return;
        const std::string_view sent(bytes, static_cast<std::size_t>(size));
        if (side == 0 && sent.find(word_) != std::string_view::npos && armed_.exchange(false)) {
          (void)readable(server, 5000);
          ++cuts_;
          return;
        }
      }
    }
  }

  std::string host_;
  int to_, listener_ = -1, port_ = 0;
  std::string word_;
  std::atomic<bool> armed_ = false;
  std::atomic<int> cuts_ = 0;
  std::jthread thread_;
};

}  // namespace tweetpulse::testing_support
