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
    unsigned value = 0;
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

// user:password@, :password@ or user@. Of a list it is the first member's; an @ of one password need not be encoded.
Result<std::string_view> take_login(std::string_view rest, RedisUrl& url) {
  const auto hosts = rest.substr(0, rest.find('/'));
  const auto first = hosts.find('@');
  const auto at = hosts.find(',') == std::string_view::npos ? hosts.rfind('@') : first;
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

// "a:1,b:2"; each member may carry scheme and login again.
Result<> take_hosts(std::string_view hosts, std::string_view scheme, RedisUrl& url) {
  const int usual_port = url.form == RedisUrl::Form::sentinel ? 26379 : 6379;
  while (!hosts.empty()) {
    auto one = hosts.substr(0, hosts.find(','));
    hosts.remove_prefix(std::min(hosts.size(), one.size() + 1));
    if (one.starts_with(fmt::format("{}://", scheme))) one.remove_prefix(scheme.size() + 3);
    if (const auto at = one.rfind('@'); at != std::string_view::npos) one.remove_prefix(at + 1);
    const auto node = node_of(one, usual_port);
    if (!node) return wrong("no host and port between 1 and 65535");
    url.nodes.push_back(*node);
  }
  if (url.nodes.empty()) return wrong("no host");
  if (url.nodes.size() > 1 && url.form == RedisUrl::Form::single) url.form = RedisUrl::Form::cluster;
  return {};
}

// Where the hosts end: the first slash that is not part of a repeated scheme.
std::size_t end_of_hosts(std::string_view rest) {
  auto slash = rest.find('/');
  while (slash != std::string_view::npos && slash > 0 && rest[slash - 1] == ':' && rest.substr(slash).starts_with("//"))
    slash = rest.find('/', slash + 2);
  return slash;
}

}  // namespace

std::string RedisNode::text() const {
  if (port == 0) return "unix:" + host;
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<RedisUrl> parse_redis_url(std::string_view text) {
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
  const auto after_login = take_login(text.substr(mark + 3), url);
  if (!after_login) return after_login.error();
  const auto rest = after_login->substr(0, after_login->find('?'));
  const auto slash = end_of_hosts(rest);
  if (auto hosts = take_hosts(rest.substr(0, slash), scheme, url); !hosts) return hosts.error();
  if (auto path = take_path(slash == std::string_view::npos ? "" : rest.substr(slash + 1), url); !path)
    return path.error();
  if (url.form == RedisUrl::Form::cluster && url.database != 0)
    return wrong("a database, which a Cluster does not have");
  return url;
}

}  // namespace tweetpulse
