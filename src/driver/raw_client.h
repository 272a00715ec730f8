// A client of bytes for the tests of the HTTP server: sends what it is told, well formed or not.
// Threads: one thread at a time.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tweetpulse {

struct RawAnswer {
  int status = 0;  // 0: the connection ended before an answer
  std::map<std::string, std::string> headers;
  std::string body;
};

class RawClient {
 public:
  explicit RawClient(const std::string& address, int receive_buffer = 0) {
    const bool local = address.starts_with("unix:");
    socket_ = ::socket(local ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_buffer != 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    connected_ = (local ? connect_unix(address.substr(5)) : connect_tcp(address)) == 0;
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { disconnect(); }

  bool connected() const { return connected_; }
  void disconnect() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }
  // False when the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  bool get(std::string_view target, std::string_view more = "") {
    return send("GET " + std::string(target) + " HTTP/1.1\r\nHost: t\r\n" + std::string(more) + "\r\n");
  }
  bool post(std::string_view target, std::string_view body, std::string_view more = "") {
    return send("POST " + std::string(target) + " HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n" + std::string(more) + "\r\n" + std::string(body));
  }

  // `bodiless`: the answer to HEAD.
  RawAnswer answer(bool bodiless = false) {
    RawAnswer result;
    while (pending_.find("\r\n\r\n") == std::string::npos) {
      if (!receive()) return result;
    }
    const auto end = pending_.find("\r\n\r\n");
    read_head(pending_.substr(0, end), result);
    pending_.erase(0, end + 4);
    if (bodiless || result.status == 204 || result.status == 304 || result.status < 200) return result;
    if (result.headers.count("content-length")) {
      result.body = take(std::strtoul(result.headers["content-length"].c_str(), nullptr, 10));
    } else if (result.headers.count("transfer-encoding")) {
      while (const auto piece = chunk()) result.body += *piece;
    } else {
      while (receive()) {
      }
      result.body.swap(pending_);
    }
    return result;
  }
  // The next chunk of a stream; nullopt: the last one, or the connection ended.
  std::optional<std::string> chunk() {
    const auto size = line();
    if (!size) return std::nullopt;
    const std::string piece = take(std::strtoul(size->c_str(), nullptr, 16));
    line();
    complete_ = *size == "0";
    return piece.empty() ? std::nullopt : std::optional(piece);
  }
  bool complete() const { return complete_; }  // the last chunk was seen
  std::optional<std::string> line() {
    auto end = pending_.find("\r\n");
    while (end == std::string::npos) {
      if (!receive()) return std::nullopt;
      end = pending_.find("\r\n");
    }
    std::string text = pending_.substr(0, end);
    pending_.erase(0, end + 2);
    return text;
  }
  std::string take(std::size_t count) {
    while (pending_.size() < count && receive()) {
    }
    std::string text = pending_.substr(0, count);
    pending_.erase(0, count);
    return text;
  }
  // Everything has been read and the server has closed.
  bool at_end() { return pending_.empty() && !receive() && !timed_out_; }

 private:
  int connect_tcp(const std::string& address) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.substr(address.rfind(':') + 1).c_str())));
    return ::connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name);
  }
  int connect_unix(const std::string& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
    return ::connect(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name);
  }
  bool receive() {
    char buffer[16 * 1024];
    const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
    timed_out_ = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (count <= 0) return false;
    pending_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }
  static void read_head(const std::string& head, RawAnswer& result) {
    result.status = std::atoi(head.c_str() + head.find(' '));
    for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
      const auto colon = head.find(':', at), end = std::min(head.find("\r\n", at + 2), head.size());
      std::string name = head.substr(at + 2, colon - at - 2);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      result.headers[name] = head.substr(colon + 2, end - colon - 2);
    }
  }

  int socket_ = -1;
  bool connected_ = false, complete_ = false, timed_out_ = false;
  std::string pending_;
};

}  // namespace tweetpulse
