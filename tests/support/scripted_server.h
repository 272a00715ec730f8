// A TCP server on loopback that says the same words on every connection: one after each thing it hears, then it closes.
// Threads: the test's, and one of its own.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tweetpulse {

class ScriptedServer {
 public:
  // "" = hears and says nothing more until the client leaves.
  explicit ScriptedServer(std::vector<std::string> words) : words_(std::move(words)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 8) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("No socket for a scripted server.");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~ScriptedServer() {
    thread_.request_stop();
    thread_.join();
    close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  static bool can_be_read(int descriptor, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd one{descriptor, POLLIN, 0};
      if (poll(&one, 1, 20) > 0) return true;
    }
    return false;
  }

  void serve(const std::stop_token& stop) {
    while (can_be_read(listener_, stop)) {
      const int client = accept(listener_, nullptr, nullptr);
      ++connections_;
      talk(client, stop);
      close(client);
    }
  }

  void talk(int client, const std::stop_token& stop) const {
    std::array<char, 65'536> heard;
    for (const auto& word : words_) {
      if (!can_be_read(client, stop) || recv(client, heard.data(), heard.size(), 0) <= 0) return;
      if (word.empty())
        while (can_be_read(client, stop) && recv(client, heard.data(), heard.size(), 0) > 0) continue;
      if (send(client, word.data(), word.size(), MSG_NOSIGNAL) < 0) return;
    }
  }

  const std::vector<std::string> words_;
  int listener_ = -1, port_ = 0;
  std::atomic<int> connections_ = 0;
  std::jthread thread_;
};

}  // namespace tweetpulse
