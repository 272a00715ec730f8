#include "driver/redis_transport.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "driver/redis_tls.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Error away(const RedisNode& node, std::string_view why) {
  return {ErrorCode::unavailable, fmt::format("Redis at {} {}.", node.text(), why)};
}

class PlainTransport final : public RedisTransport {
 public:
  explicit PlainTransport(std::unique_ptr<RedisSocket> socket) : socket_(std::move(socket)) {}
  Result<std::size_t> write_some(std::string_view bytes) override {
    const auto sent = ::send(socket_->get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return std::size_t{0};
    return socket_->away(std::strerror(errno));
  }
  Result<std::size_t> read_some(std::span<char> into) override {
    const auto got = ::recv(socket_->get(), into.data(), into.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) return socket_->away("closed the connection");
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return std::size_t{0};
    return socket_->away(std::strerror(errno));
  }
  Result<bool> wait(bool for_writing, Deadline deadline) override {
    return socket_->wait(static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN), deadline);
  }

 private:
  std::unique_ptr<RedisSocket> socket_;
};

// A silent peer is noticed after a minute, whatever the routers on the way say.
void set_keepalive(int descriptor) {
  const int yes = 1, idle = 30, interval = 10, count = 3;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

Result<std::unique_ptr<RedisSocket>> connected(int family, const sockaddr* address, socklen_t size,
                                               const RedisNode& node, RedisTransport::Deadline deadline) {
  auto socket = std::make_unique<RedisSocket>(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), node);
  if (socket->get() < 0) return socket->away(std::strerror(errno));
  if (::connect(socket->get(), address, size) != 0) {
    if (errno != EINPROGRESS) return socket->away(std::strerror(errno));
    const auto ready = socket->wait(POLLOUT, deadline);
    if (!ready) return ready.error();
    if (!*ready) return socket->away("did not answer in time");
    int failure = 0;
    socklen_t length = sizeof failure;
    getsockopt(socket->get(), SOL_SOCKET, SO_ERROR, &failure, &length);
    if (failure != 0) return socket->away(std::strerror(failure));
  }
  if (family != AF_UNIX) set_keepalive(socket->get());
  return socket;
}

Result<std::unique_ptr<RedisSocket>> dial_path(const RedisNode& node, RedisTransport::Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (node.host.size() >= sizeof address.sun_path) return away(node, "has too long a path: 107 bytes at most");
  std::memcpy(address.sun_path, node.host.c_str(), node.host.size() + 1);
  return connected(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address, node, deadline);
}

Result<std::unique_ptr<RedisSocket>> dial_host(const RedisNode& node, RedisTransport::Deadline deadline) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  if (const int code = getaddrinfo(node.host.c_str(), std::to_string(node.port).c_str(), &hints, &found); code != 0)
    return away(node, fmt::format("cannot be found: {}", gai_strerror(code)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  Result<std::unique_ptr<RedisSocket>> last = away(node, "has no address");
  for (const auto* one = found; one != nullptr; one = one->ai_next) {
    last = connected(one->ai_family, one->ai_addr, one->ai_addrlen, node, deadline);
    if (last) return last;
  }
  return last;
}

}  // namespace

RedisSocket::~RedisSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Error RedisSocket::away(std::string_view why) const {
  return tweetpulse::away(node_, why);
}

Result<bool> RedisSocket::wait(short events, RedisTransport::Deadline deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
    pollfd one{descriptor_, events, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
    if (ready > 0) return true;
    if (ready == 0 && steady_clock::now() >= deadline) return false;
    if (ready < 0 && errno != EINTR) return away(std::strerror(errno));
  }
}

Result<std::unique_ptr<RedisTransport>> RedisTransport::connect(const RedisNode& node, const RedisTls* tls,
                                                                milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  auto socket = node.port == 0 ? dial_path(node, deadline) : dial_host(node, deadline);
  if (!socket) return socket.error();
  if (tls != nullptr) return tls->begin(std::move(*socket), node, deadline);
  return std::unique_ptr<RedisTransport>(std::make_unique<PlainTransport>(std::move(*socket)));
}

}  // namespace tweetpulse
