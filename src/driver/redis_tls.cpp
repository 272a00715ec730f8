#include "driver/redis_tls.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace tweetpulse {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* one) const {
    Free(one);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Connection = std::unique_ptr<SSL, Freed<SSL_free>>;

bool again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

// OpenSSL's own socket BIO writes with write(), which raises SIGPIPE when the server is gone.
int bio_write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent =
      ::send(static_cast<RedisSocket*>(BIO_get_data(bio))->get(), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && again()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto got =
      ::recv(static_cast<RedisSocket*>(BIO_get_data(bio))->get(), bytes, static_cast<std::size_t>(size), 0);
  if (got < 0 && again()) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long bio_control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO* socket_bio(RedisSocket& socket) {
  static BIO_METHOD* const method = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "redis socket");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  auto* bio = BIO_new(method);
  BIO_set_data(bio, &socket);
  BIO_set_init(bio, 1);
  return bio;
}

class TlsTransport final : public RedisTransport {
 public:
  TlsTransport(std::unique_ptr<RedisSocket> socket, Connection tls)
      : socket_(std::move(socket)), tls_(std::move(tls)) {}

  Result<> shake_hands(Deadline deadline) {
    for (;;) {
      ERR_clear_error();
      const int done = SSL_connect(tls_.get());
      if (done == 1) return {};
      const int why = SSL_get_error(tls_.get(), done);
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return refused();
      const auto ready = socket_->wait(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
      if (!ready) return ready.error();
      if (!*ready) return socket_->away("did not finish the TLS handshake in time");
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
    return socket_->wait(static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN), deadline);
  }

 private:
  Result<std::size_t> unfinished(int done) {
    const int why = SSL_get_error(tls_.get(), done);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return std::size_t{0};
    return socket_->away("closed the TLS connection");
  }
  Error refused() const {
    const long verified = SSL_get_verify_result(tls_.get());
    if (verified != X509_V_OK)
      return socket_->away(
          fmt::format("shows a certificate that is not trusted ({}): set queue.ca_file, or mend the "
                      "name in the URL",
                      X509_verify_cert_error_string(verified)));
    const auto code = ERR_get_error();
    const auto* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return socket_->away(fmt::format("ended the TLS handshake ({}): is it a TLS port?",
                                     reason == nullptr ? "connection closed" : reason));
  }

  std::unique_ptr<RedisSocket> socket_;
  Connection tls_;
};

class OpenSslTls final : public RedisTls {
 public:
  explicit OpenSslTls(Context context) : context_(std::move(context)) {}

  Result<std::unique_ptr<RedisTransport>> begin(std::unique_ptr<RedisSocket> socket, const RedisNode& node,
                                                RedisTransport::Deadline deadline) const override {
    Connection tls(SSL_new(context_.get()));
    const bool named = tls && expect(*tls, node.host);
    if (!named) return socket->away("has a name that no certificate can hold");
    auto* bio = socket_bio(*socket);
    SSL_set_bio(tls.get(), bio, bio);
    auto transport = std::make_unique<TlsTransport>(std::move(socket), std::move(tls));
    if (auto shaken = transport->shake_hands(deadline); !shaken) return shaken.error();
    return std::unique_ptr<RedisTransport>(std::move(transport));
  }

 private:
  static bool expect(SSL& tls, const std::string& host) {
    in6_addr address{};
    const bool is_address =
        inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
    if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(&tls), host.c_str()) == 1;
    return SSL_set_tlsext_host_name(&tls, host.c_str()) == 1 && SSL_set1_host(&tls, host.c_str()) == 1;
  }

  Context context_;
};

}  // namespace

Result<std::shared_ptr<const RedisTls>> RedisTls::load(const std::string& ca_file) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return Error{ErrorCode::unavailable, "OpenSSL gives no TLS context: is memory short?"};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                                     : SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr);
  if (loaded != 1)
    return Error{ErrorCode::rejected,
                 fmt::format("{} holds no certificates: name a PEM file that this user can read.", ca_file)};
  return std::shared_ptr<const RedisTls>(std::make_shared<OpenSslTls>(std::move(context)));
}

}  // namespace tweetpulse
