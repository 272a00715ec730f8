#include "driver/redis_session.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "driver/redis_replies.h"
#include "driver/redis_transport.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kReadAtOnce = 64 * 1024;
constexpr std::size_t kSpareBytes = 1u << 20;

class Session final : public RedisSession {
 public:
  Session(std::unique_ptr<RedisTransport> transport, RedisNode node)
      : transport_(std::move(transport)), node_(std::move(node)), replies_(RedisReplies::make()) {}

  Result<> post(const RedisCommands& commands) override {
    if (dead_) return over("is not connected any more");
    if (sent_ == out_.size()) {
      if (out_.capacity() > kSpareBytes) out_ = {};
      out_.clear();
      sent_ = 0;
    }
    out_ += commands.bytes();
    const auto wrote = write();
    return wrote ? Result<>() : Result<>(failed(wrote.error()));
  }

  Result<std::vector<RedisReply>> collect(std::size_t count, milliseconds timeout) override {
    if (dead_) return over("is not connected any more");
    auto replies = exchange(count, steady_clock::now() + timeout);
    if (!replies) dead_ = true;
    return replies;
  }

  Result<RedisReply> next(milliseconds timeout) override {
    if (dead_) return over("is not connected any more");
    const auto deadline = steady_clock::now() + timeout;
    for (;;) {
      auto parsed = parse();
      if (!parsed) return failed(parsed.error());
      if (*parsed) return std::move(**parsed);
      const auto ready = transport_->wait(false, deadline);
      if (!ready) return failed(ready.error());
      if (!*ready) return RedisReply();
      if (auto fed = feed(); !fed) return failed(fed.error());
    }
  }

 private:
  Error over(std::string_view why) const {
    return {ErrorCode::unavailable, fmt::format("Redis at {} {}.", node_.text(), why)};
  }
  Error failed(Error error) {
    dead_ = true;
    return error;
  }

  Result<> write() {
    const auto wrote = transport_->write_some(std::string_view(out_).substr(sent_));
    if (!wrote) return sent_ == 0 ? wrote.error() : unknown(wrote.error().what);
    sent_ += *wrote;
    return {};
  }

  // Both directions at once: a server that cannot send its answers stops reading our commands.
  Result<std::vector<RedisReply>> exchange(std::size_t count, RedisTransport::Deadline deadline) {
    std::vector<RedisReply> replies;
    replies.reserve(count);
    while (replies.size() < count) {
      if (sent_ < out_.size())
        if (auto wrote = write(); !wrote) return wrote.error();
      auto parsed = parse();
      if (!parsed) return parsed.error();
      if (*parsed) {
        replies.push_back(std::move(**parsed));
        continue;
      }
      const auto ready = transport_->wait(sent_ < out_.size(), deadline);
      if (!ready) return unknown(ready.error().what);
      if (!*ready) return unknown(fmt::format("Redis at {} did not answer in time.", node_.text()));
      if (auto fed = feed(); !fed) return unknown(fed.error().what);
    }
    return replies;
  }

  static Error unknown(std::string what) { return {ErrorCode::timeout, std::move(what)}; }

  Result<> feed() {
    std::array<char, kReadAtOnce> bytes;  // not cleared: this is the hot path
    const auto got = transport_->read_some(bytes);
    if (!got) return got.error();
    if (auto fed = replies_->feed({bytes.data(), *got}); !fed) return nonsense(fed.error());
    return {};
  }

  Result<std::optional<RedisReply>> parse() {
    auto reply = replies_->take();
    if (!reply) return nonsense(reply.error());
    return reply;
  }

  Error nonsense(const Error& why) const {
    return {why.code,
            fmt::format("{} does not speak Redis's protocol: {}. Is the address right?", node_.text(), why.what)};
  }

  std::unique_ptr<RedisTransport> transport_;
  RedisNode node_;
  std::unique_ptr<RedisReplies> replies_;
  std::string out_;
  std::size_t sent_ = 0;  // of out_
  bool dead_ = false;
};

Result<> log_in(RedisSession& session, const RedisNode& node, const RedisUrl& url, const RedisConfig& config) {
  std::vector<RedisCommand> commands;
  const bool login = !url.password.empty() || !url.user.empty();
  if (login && url.user.empty()) commands.push_back({"AUTH", url.password});
  if (login && !url.user.empty()) commands.push_back({"AUTH", url.user, url.password});
  commands.push_back({"CLIENT", "SETNAME", config.client_name});
  if (url.database != 0) commands.push_back({"SELECT", std::to_string(url.database)});
  const auto replies = session.pipeline(commands, config.connect_timeout);
  if (!replies) return Error{ErrorCode::unavailable, replies.error().what};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& reply = (*replies)[i];
    const bool is_turned_away = reply.text.starts_with("ERR max number") || reply.text.starts_with("DENIED");
    if (!reply.is_error() || (commands[i][0] == "CLIENT" && !is_turned_away)) continue;
    return Error{ErrorCode::unavailable,
                 fmt::format("Redis at {}: {}", node.text(), redis_error(reply, commands[i][0]).what)};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<RedisSession>> open_redis_session(const RedisNode& node, const RedisUrl& url,
                                                         const RedisConfig& config, const RedisTls* tls) {
  auto transport = RedisTransport::connect(node, tls, config.connect_timeout);
  if (!transport) return transport.error();
  std::unique_ptr<RedisSession> session = std::make_unique<Session>(std::move(*transport), node);
  if (auto in = log_in(*session, node, url, config); !in) return in.error();
  return session;
}

}  // namespace tweetpulse
