#include "driver/http_listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace tweetpulse {
namespace {

using boost::system::error_code;
constexpr std::chrono::milliseconds kPause{100};
constexpr int kBacklog = 4096;
constexpr int kAcceptsInARow = 64;

Error cannot_listen(const std::string& address, int number, std::string_view remedy) {
  return {ErrorCode::unavailable,
          "Cannot listen on " + address + ": " + std::strerror(number) + "; " + std::string(remedy) + "."};
}

std::string_view remedy_for(int number) {
  if (number == EADDRINUSE) return "another program has it: stop that one or set http.listen to another port";
  if (number == EACCES) return "ports below 1024 need a privilege: set http.listen to a higher one";
  return "set http.listen to an address of this machine";
}

// A socket file nobody listens on is left over from a killed process.
bool is_left_over(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  const int status = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const bool refused = status != 0 && errno == ECONNREFUSED;
  ::close(probe);
  return refused;
}

Result<ListeningSocket> listen_unix(const std::string& address) {
  const std::string path = address.substr(5);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path) {
    return Error{ErrorCode::rejected, "Cannot listen on " + address + ": a socket path has 1 to 107 bytes."};
  }
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  if (is_left_over(name)) ::unlink(path.c_str());
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return cannot_listen(address, errno, "raise the limit of open files");
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
      ::listen(descriptor, kBacklog) != 0) {
    const int number = errno;
    ::close(descriptor);
    return cannot_listen(address, number, "another program has it, or its folder cannot be written");
  }
  return ListeningSocket{descriptor, address, path};
}

std::string port_taken(int descriptor) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return "0";
  return std::to_string(ntohs(name.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(name).sin6_port
                                                         : reinterpret_cast<const sockaddr_in&>(name).sin_port));
}

Result<int> bind_first(const std::string& address, const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int status = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found)) {
    return Error{ErrorCode::unavailable, "Cannot listen on " + address + ": " + ::gai_strerror(status) +
                                             "; http.listen is host:port, [ipv6]:port or unix:PATH."};
  }
  int number = 0, descriptor = -1;
  for (const addrinfo* entry = found; entry; entry = entry->ai_next) {
    descriptor = ::socket(entry->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    if (descriptor >= 0) ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (descriptor >= 0 && ::bind(descriptor, entry->ai_addr, entry->ai_addrlen) == 0 &&
        ::listen(descriptor, kBacklog) == 0) {
      break;
    }
    number = errno;
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
  }
  ::freeaddrinfo(found);
  if (descriptor < 0) return cannot_listen(address, number, remedy_for(number));
  return descriptor;
}

std::string remote_of(const sockaddr_storage& name) {
  char text[INET6_ADDRSTRLEN] = "";
  if (name.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(name).sin_addr, text, sizeof text);
  } else if (name.ss_family == AF_INET6) {
    const in6_addr& address = reinterpret_cast<const sockaddr_in6&>(name).sin6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&address);
    ::inet_ntop(mapped ? AF_INET : AF_INET6, mapped ? address.s6_addr + 12 : address.s6_addr, text, sizeof text);
  } else {
    return "unix";
  }
  return text;
}

int open_spare() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

}  // namespace

Result<ListeningSocket> listen_on(const std::string& address) {
  if (address.starts_with("unix:")) return listen_unix(address);
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) {
    return Error{ErrorCode::rejected,
                 "Cannot listen on " + address + ": it has no port; write host:port, [ipv6]:port or unix:PATH."};
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto descriptor = bind_first(address, host, address.substr(colon + 1));
  if (!descriptor) return descriptor.error();
  return ListeningSocket{*descriptor, address.substr(0, colon + 1) + port_taken(*descriptor), ""};
}

HttpListener::HttpListener(HttpLoop& loop, ListeningSocket socket, Accepted accepted)
    : socket_(std::move(socket)),
      descriptor_(loop.context, socket_.descriptor),
      timer_(loop.context),
      accepted_(std::move(accepted)),
      spare_(open_spare()) {}

HttpListener::~HttpListener() {
  close();
  if (spare_ >= 0) ::close(spare_);
}

void HttpListener::start() {
  wait();
}

void HttpListener::close() {
  if (closed_) return;
  closed_ = true;
  error_code ignored;
  descriptor_.close(ignored);
  timer_.cancel();
  if (!socket_.unix_path.empty()) ::unlink(socket_.unix_path.c_str());
}

void HttpListener::wait() {
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self && !error && !self->closed_) self->accept_all();
  });
}

void HttpListener::accept_all() {
  for (int i = 0; i < kAcceptsInARow; ++i) {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    const int peer =
        ::accept4(descriptor_.native_handle(), reinterpret_cast<sockaddr*>(&name), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (peer < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) return pause();
    if (peer < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (peer < 0) continue;
    const int on = 1;
    if (name.ss_family != AF_UNIX) ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    accepted_(peer, remote_of(name));
  }
  wait();
}

// The spare descriptor lets one waiting client be closed instead of hanging until others leave.
void HttpListener::pause() {
  log::warn("driver", "Descriptors have run out; accepting pauses.", {{"address", socket_.address}});
  if (spare_ >= 0) {
    ::close(spare_);
    const int peer = ::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
    if (peer >= 0) ::close(peer);
    spare_ = open_spare();
  }
  timer_.expires_after(kPause);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (self && !error && !self->closed_) self->accept_all();
  });
}

}  // namespace tweetpulse
