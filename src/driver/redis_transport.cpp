#include "driver/redis_transport.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error away(const RedisNode& node, std::string_view why) {
  return {ErrorCode::unavailable, fmt::format("Redis at {} {}.", node.text(), why)};
}

Result<bool> wait_for(int descriptor, short events, RedisTransport::Deadline deadline, const RedisNode& node) {
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    pollfd one{descriptor, events, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return away(node, std::strerror(errno));
  }
}

class PlainTransport final : public RedisTransport {
 public:
  PlainTransport(std::unique_ptr<Socket> socket, RedisNode node) : socket_(std::move(socket)), node_(std::move(node)) {}
  Result<std::size_t> write_some(std::string_view bytes) override {
    const auto sent = ::send(socket_->get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return std::size_t{0};
    return away(node_, std::strerror(errno));
  }
  Result<std::size_t> read_some(std::span<char> into) override {
    const auto got = ::recv(socket_->get(), into.data(), into.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) return away(node_, "closed the connection");
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return std::size_t{0};
    return away(node_, std::strerror(errno));
  }
  Result<bool> wait(bool for_writing, Deadline deadline) override {
    return wait_for(socket_->get(), static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN), deadline, node_);
  }

 private:
  std::unique_ptr<Socket> socket_;
  RedisNode node_;
};

class TlsTransport final : public RedisTransport {
 public:
  TlsTransport(std::unique_ptr<Socket> socket, RedisNode node) : socket_(std::move(socket)), node_(std::move(node)) {}

  Result<> begin(const std::string& ca_file, Deadline deadline) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context_.get())
                                       : SSL_CTX_load_verify_locations(context_.get(), ca_file.c_str(), nullptr);
    if (loaded != 1)
      return Error{ErrorCode::rejected, fmt::format("{} holds no certificates: name a PEM file.", ca_file)};
    tls_.reset(SSL_new(context_.get()));
    in6_addr address{};
    const bool is_address =
        inet_pton(AF_INET, node_.host.c_str(), &address) == 1 || inet_pton(AF_INET6, node_.host.c_str(), &address) == 1;
    if (is_address) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), node_.host.c_str());
    } else {
      SSL_set_tlsext_host_name(tls_.get(), node_.host.c_str());
      SSL_set1_host(tls_.get(), node_.host.c_str());
    }
    SSL_set_fd(tls_.get(), socket_->get());
    for (;;) {
      ERR_clear_error();
      const int done = SSL_connect(tls_.get());
      if (done == 1) return {};
      const int why = SSL_get_error(tls_.get(), done);
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return refused();
      const auto ready = wait_for(socket_->get(), why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline, node_);
      if (!ready) return ready.error();
      if (!*ready) return away(node_, "did not finish the TLS handshake in time");
    }
  }

  Result<std::size_t> write_some(std::string_view bytes) override {
    if (bytes.empty()) return std::size_t{0};
    ERR_clear_error();
    std::size_t sent = 0;
    const int done = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent);
    return done == 1 ? Result<std::size_t>(sent) : unfinished(done);
  }
  Result<std::size_t> read_some(std::span<char> into) override {
    ERR_clear_error();
    std::size_t got = 0;
    const int done = SSL_read_ex(tls_.get(), into.data(), into.size(), &got);
    return done == 1 ? Result<std::size_t>(got) : unfinished(done);
  }
  Result<bool> wait(bool for_writing, Deadline deadline) override {
    if (SSL_pending(tls_.get()) > 0) return true;
    return wait_for(socket_->get(), static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN), deadline, node_);
  }

 private:
  Result<std::size_t> unfinished(int done) {
    const int why = SSL_get_error(tls_.get(), done);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return std::size_t{0};
    return away(node_, "closed the TLS connection");
  }
  Error refused() {
    const long verified = SSL_get_verify_result(tls_.get());
    if (verified != X509_V_OK)
      return {ErrorCode::rejected,
              fmt::format("The certificate of Redis at {} is not trusted ({}): set queue.ca_file, or mend the name.",
                          node_.text(), X509_verify_cert_error_string(verified))};
    const auto code = ERR_get_error();
    return away(node_, code == 0 ? "ended the TLS handshake" : ERR_reason_error_string(code));
  }

  template <auto Free>
  struct Freed {
    template <class T>
    void operator()(T* one) const {
      Free(one);
    }
  };
  std::unique_ptr<Socket> socket_;
  RedisNode node_;
  std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, Freed<SSL_free>> tls_;
};

Result<std::unique_ptr<Socket>> connected(int family, const sockaddr* address, socklen_t size, const RedisNode& node,
                                          RedisTransport::Deadline deadline) {
  auto socket = std::make_unique<Socket>(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket->get() < 0) return away(node, std::strerror(errno));
  if (::connect(socket->get(), address, size) != 0) {
    if (errno != EINPROGRESS && errno != EAGAIN) return away(node, std::strerror(errno));
    const auto ready = wait_for(socket->get(), POLLOUT, deadline, node);
    if (!ready) return ready.error();
    if (!*ready) return away(node, "did not answer in time");
    int failure = 0;
    socklen_t length = sizeof failure;
    getsockopt(socket->get(), SOL_SOCKET, SO_ERROR, &failure, &length);
    if (failure != 0) return away(node, std::strerror(failure));
  }
  if (family != AF_UNIX) {
    const int yes = 1, idle = 30, count = 3;
    setsockopt(socket->get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(socket->get(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    setsockopt(socket->get(), IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(socket->get(), IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
  }
  return socket;
}

Result<std::unique_ptr<Socket>> dial(const RedisNode& node, RedisTransport::Deadline deadline) {
  if (node.port == 0) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (node.host.size() >= sizeof address.sun_path)
      return Error{ErrorCode::rejected, fmt::format("The socket path {} is too long.", node.host)};
    std::memcpy(address.sun_path, node.host.c_str(), node.host.size() + 1);
    return connected(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address, node, deadline);
  }
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  if (const int code = getaddrinfo(node.host.c_str(), std::to_string(node.port).c_str(), &hints, &found); code != 0)
    return away(node, fmt::format("cannot be found: {}", gai_strerror(code)));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  Result<std::unique_ptr<Socket>> last = away(node, "has no address");
  for (const auto* one = found; one != nullptr; one = one->ai_next) {
    last = connected(one->ai_family, one->ai_addr, one->ai_addrlen, node, deadline);
    if (last) return last;
  }
  return last;
}

}  // namespace

Result<std::unique_ptr<RedisTransport>> RedisTransport::connect(const RedisNode& node, bool tls,
                                                                const std::string& ca_file, milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  auto socket = dial(node, deadline);
  if (!socket) return socket.error();
  if (!tls) return std::unique_ptr<RedisTransport>(std::make_unique<PlainTransport>(std::move(*socket), node));
  auto secured = std::make_unique<TlsTransport>(std::move(*socket), node);
  if (auto begun = secured->begin(ca_file, deadline); !begun) return begun.error();
  return std::unique_ptr<RedisTransport>(std::move(secured));
}

}  // namespace tweetpulse
