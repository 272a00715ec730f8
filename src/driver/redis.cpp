#include "driver/redis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "driver/redis_nodes.h"
#include "driver/redis_session.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
constexpr std::size_t kMostSpare = 16;
constexpr int kMostMoves = 5;

// Gives a connection back when the call went well.
class Pool {
 public:
  std::unique_ptr<RedisSession> take(const std::string& node) {
    const std::lock_guard lock(mutex_);
    auto& spare = spare_[node];
    if (spare.empty()) return nullptr;
    auto session = std::move(spare.back());
    spare.pop_back();
    return session;
  }
  void give(const std::string& node, std::unique_ptr<RedisSession> session) {
    const std::lock_guard lock(mutex_);
    auto& spare = spare_[node];
    if (spare.size() < kMostSpare) spare.push_back(std::move(session));
  }
  void forget(const std::string& node) {
    const std::lock_guard lock(mutex_);
    spare_.erase(node);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<std::unique_ptr<RedisSession>>> spare_;
};

bool is_misplaced(const RedisReply& reply) {
  return reply.is_error() &&
         (reply.text.starts_with("MOVED ") || reply.text.starts_with("READONLY") || reply.text.starts_with("ASK "));
}

// After these the place of the key is asked for again.
bool is_of_a_changing_place(const RedisReply& reply) {
  return is_misplaced(reply) ||
         (reply.is_error() && (reply.text.starts_with("CLUSTERDOWN") || reply.text.starts_with("MASTERDOWN")));
}

class Deployment final : public Redis {
 public:
  Deployment(RedisConfig config, RedisUrl url, std::shared_ptr<const RedisTls> tls)
      : config_(std::move(config)), url_(std::move(url)), tls_(std::move(tls)), nodes_(url_, config_, tls_.get()) {}

  Result<std::vector<RedisReply>> pipeline(std::string_view key, const RedisCommands& commands,
                                           milliseconds timeout) override {
    if (commands.empty()) return std::vector<RedisReply>();
    if (timeout.count() == 0) timeout = config_.call_timeout;
    const auto node = nodes_.of(key);
    if (!node) return node.error();
    auto replies = on_node(*node, commands, timeout);
    if (!replies) {
      nodes_.forget();
      return replies;
    }
    if (std::any_of(replies->begin(), replies->end(), is_of_a_changing_place)) nodes_.forget();
    if (url_.form != RedisUrl::Form::single) follow(key, commands, timeout, *replies);
    return replies;
  }

  Result<std::unique_ptr<RedisSession>> session(std::string_view key) override {
    const auto node = nodes_.of(key);
    if (!node) return node.error();
    auto session = open_redis_session(*node, url_, config_, tls_.get());
    if (!session) nodes_.forget();
    return session;
  }

  bool is_cluster() const override { return url_.form == RedisUrl::Form::cluster; }
  std::string address() const override {
    std::string text;
    for (const auto& node : url_.nodes) text += (text.empty() ? "" : ",") + node.text();
    return text;
  }

 private:
  // A pooled connection may have died of old age: when nothing was sent on it, a fresh one is tried.
  Result<std::vector<RedisReply>> on_node(const RedisNode& node, const RedisCommands& commands, milliseconds timeout) {
    const auto name = node.text();
    if (auto spare = pool_.take(name)) {
      if (const auto probe = spare->next(milliseconds(0)); probe && probe->is_nil()) {
        auto replies = spare->pipeline(commands, timeout);
        if (replies) pool_.give(name, std::move(spare));
        if (replies || replies.error().code != ErrorCode::unavailable) return replies;
      }
      pool_.forget(name);
    }
    auto session = open_redis_session(node, url_, config_, tls_.get());
    if (!session) return session.error();
    auto replies = (*session)->pipeline(commands, timeout);
    if (replies) pool_.give(name, std::move(*session));
    return replies;
  }

  // What was refused for its place was not executed there, so it may be sent elsewhere; the rest keeps its replies.
  void follow(std::string_view key, const RedisCommands& commands, milliseconds timeout,
              std::vector<RedisReply>& replies) {
    for (std::size_t begin = 0; begin < commands.size();) {
      const auto end = commands.end_of_unit(begin);
      for (int moves = 0; moves < kMostMoves; ++moves) {
        const auto own = std::span(replies).subspan(begin, end - begin);
        const auto misplaced = std::find_if(own.begin(), own.end(), is_misplaced);
        if (misplaced == own.end()) break;
        auto again = elsewhere(key, misplaced->text, commands.part(begin, end), timeout);
        if (!again) break;
        std::move(again->begin(), again->end(), own.begin());
      }
      begin = end;
    }
  }

  Result<std::vector<RedisReply>> elsewhere(std::string_view key, const std::string& refusal, const RedisCommands& unit,
                                            milliseconds timeout) {
    auto node = refusal.starts_with("READONLY") ? std::nullopt : node_of_redirect(refusal);
    if (!node || node->host.empty()) {
      nodes_.forget();
      const auto asked = nodes_.of(key);
      if (!asked) return asked.error();
      node = *asked;
    }
    if (!refusal.starts_with("ASK ")) return on_node(*node, unit, timeout);
    RedisCommands asking;
    asking.add({"ASKING"});  // holds for a whole MULTI
    asking.append(unit);
    auto replies = on_node(*node, asking, timeout);
    if (replies) replies->erase(replies->begin());
    return replies;
  }

  const RedisConfig config_;
  const RedisUrl url_;
  const std::shared_ptr<const RedisTls> tls_;
  RedisNodes nodes_;
  Pool pool_;
};

}  // namespace

Error redis_error(const RedisReply& reply, std::string_view command) {
  struct Meaning {
    std::string_view prefix, remedy;
  };
  static constexpr std::array<Meaning, 19> kAway = {{
      {"OOM", "memory is full: raise maxmemory, or let the workers catch up"},
      {"LOADING", "it is still loading its data"},
      {"READONLY", "it is a replica: name the master"},
      {"CLUSTERDOWN", "a part of the Cluster is down"},
      {"MASTERDOWN", "its master is away"},
      {"MISCONF", "it cannot write to its disk: make room"},
      {"TRYAGAIN", "a slot is moving"},
      {"BUSY", "a script blocks it"},
      {"NOREPLICAS", "too few replicas answer"},
      {"NOAUTH", "it wants a password: give one in the URL"},
      {"WRONGPASS", "user or password is wrong"},
      {"NOPERM", "the user lacks a permission: see docs/operations.md"},
      {"MOVED", "it is a Cluster: name its nodes as a comma list in the URL"},
      {"ASK ", "a slot is moving"},
      {"EXECABORT", "one command of the transaction was refused"},
      {"DENIED", "it takes local clients only: see protected-mode"},
      {"ERR max number of clients", "it has too many clients: raise maxclients"},
      {"ERR AUTH", "it knows no password: leave it out of the URL"},
      {"ERR invalid password", "the password is wrong"},
  }};
  for (const auto& meaning : kAway)
    if (reply.text.starts_with(meaning.prefix))
      return {ErrorCode::unavailable, fmt::format("Redis refuses {}: {} ({}).", command, reply.text, meaning.remedy)};
  return {ErrorCode::rejected, fmt::format("Redis refuses {}: {}.", command, reply.text)};
}

Result<std::vector<RedisReply>> RedisSession::pipeline(const RedisCommands& commands, milliseconds timeout) {
  if (auto posted = post(commands); !posted) return posted.error();
  return collect(commands.size(), timeout);
}

Result<RedisReply> RedisSession::call(RedisCommand command, milliseconds timeout) {
  auto replies = pipeline(std::span(&command, 1), timeout);
  if (!replies) return replies.error();
  if (replies->front().is_error()) return redis_error(replies->front(), command.front());
  return std::move(replies->front());
}

Result<RedisReply> Redis::call(std::string_view key, RedisCommand command, milliseconds timeout) {
  auto replies = pipeline(key, std::span(&command, 1), timeout);
  if (!replies) return replies.error();
  if (replies->front().is_error()) return redis_error(replies->front(), command.front());
  return std::move(replies->front());
}

Result<std::unique_ptr<Redis>> Redis::open(const RedisConfig& config) {
  auto url = parse_redis_url(config.url);
  if (!url) return url.error();
  std::shared_ptr<const RedisTls> tls;
  if (url->tls) {
    auto loaded = RedisTls::load(config.ca_file);
    if (!loaded) return loaded.error();
    tls = std::move(*loaded);
  }
  return std::unique_ptr<Redis>(std::make_unique<Deployment>(config, std::move(*url), std::move(tls)));
}

}  // namespace tweetpulse
