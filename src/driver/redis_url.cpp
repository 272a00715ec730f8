#include "driver/redis_url.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace tweetpulse {
namespace {

Error wrong(std::string_view what) {
  return {
      ErrorCode::rejected,
      fmt::format("The Redis URL has {}: write redis://[user:password@]host:port[/db], rediss:// for TLS, unix:PATH, "
                  "a comma list for a Cluster, or redis+sentinel://host:port,host:port/name.",
                  what)};
}

std::optional<int> number(std::string_view text, int low, int high) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) return std::nullopt;
  return value;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    int value = 0;
    const auto* begin = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(begin, begin + 2, value, 16).ptr != begin + 2) return std::nullopt;
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

std::optional<RedisNode> node_of(std::string_view text, int usual_port) {
  RedisNode node{"", usual_port};
  std::string_view host = text, port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    if (end + 1 < text.size()) {
      if (text[end + 1] != ':') return std::nullopt;
      port = text.substr(end + 2);
    }
  } else if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.empty()) return std::nullopt;
  }
  if (host.empty()) return std::nullopt;
  node.host = host;
  if (!port.empty()) {
    const auto read = number(port, 1, 65535);
    if (!read) return std::nullopt;
    node.port = *read;
  }
  return node;
}

// user:password@, :password@ or password-less.
Result<std::string_view> take_login(std::string_view rest, RedisUrl& url) {
  const auto slash = rest.find('/');
  const auto at = rest.substr(0, slash).rfind('@');
  if (at == std::string_view::npos) return rest;
  const auto login = rest.substr(0, at);
  const auto colon = login.find(':');
  const auto user = decoded(login.substr(0, colon));
  const auto password =
      colon == std::string_view::npos ? std::optional<std::string>("") : decoded(login.substr(colon + 1));
  if (!user || !password) return wrong("a broken percent-encoding in user or password");
  url.user = *user;
  url.password = *password;
  return rest.substr(at + 1);
}

Result<> take_path(std::string_view path, RedisUrl& url) {
  if (path.empty()) return url.form == RedisUrl::Form::sentinel ? Result<>(wrong("no name of the master")) : Result<>();
  if (url.form == RedisUrl::Form::sentinel) {
    const auto slash = path.find('/');
    url.master = path.substr(0, slash);
    if (url.master.empty()) return wrong("no name of the master");
    if (slash == std::string_view::npos) return {};
    path = path.substr(slash + 1);
    if (path.empty()) return {};
  }
  const auto database = number(path, 0, 1'000'000);
  if (!database) return wrong("a database that is no number");
  url.database = *database;
  return {};
}

}  // namespace

std::string RedisNode::text() const {
  return port == 0 ? "unix:" + host : fmt::format("{}:{}", host, port);
}

Result<RedisUrl> parse_redis_url(std::string_view given) {
  // Each member of a list may carry the scheme again.
  std::string joined(given);
  for (const std::string again : {",redis://", ",rediss://"})
    for (auto at = joined.find(again); at != std::string::npos; at = joined.find(again))
      joined.replace(at, again.size(), ",");
  const std::string_view text = joined;
  RedisUrl url;
  if (text.starts_with("unix:")) {
    auto path = text.substr(5);
    while (path.starts_with("//")) path.remove_prefix(1);
    if (path.empty()) return wrong("no path of the socket");
    url.nodes.push_back({std::string(path), 0});
    return url;
  }
  const auto mark = text.find("://");
  const auto scheme = text.substr(0, mark == std::string_view::npos ? 0 : mark);
  url.tls = scheme == "rediss" || scheme == "rediss+sentinel";
  if (scheme == "redis+sentinel" || scheme == "rediss+sentinel")
    url.form = RedisUrl::Form::sentinel;
  else if (scheme != "redis" && scheme != "rediss")
    return wrong("no scheme that is known");
  auto rest = text.substr(mark + 3);
  rest = rest.substr(0, rest.find('?'));
  const auto after_login = take_login(rest, url);
  if (!after_login) return after_login.error();
  rest = *after_login;
  const auto slash = rest.find('/');
  auto hosts = rest.substr(0, slash);
  const int usual_port = url.form == RedisUrl::Form::sentinel ? 26379 : 6379;
  while (!hosts.empty()) {
    auto one = hosts.substr(0, hosts.find(','));
    hosts.remove_prefix(std::min(hosts.size(), one.size() + 1));
    // And the login.
    if (const auto at = one.rfind('@'); at != std::string_view::npos) one.remove_prefix(at + 1);
    const auto node = node_of(one, usual_port);
    if (!node) return wrong("no host and port between 1 and 65535");
    url.nodes.push_back(*node);
  }
  if (url.nodes.empty()) return wrong("no host");
  if (url.nodes.size() > 1 && url.form == RedisUrl::Form::single) url.form = RedisUrl::Form::cluster;
  if (auto path = take_path(slash == std::string_view::npos ? "" : rest.substr(slash + 1), url); !path)
    return path.error();
  if (url.form == RedisUrl::Form::cluster && url.database != 0)
    return wrong("a database, which a Cluster does not have");
  return url;
}

}  // namespace tweetpulse
