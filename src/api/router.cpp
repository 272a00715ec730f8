#include "api/router.h"

#include <algorithm>
#include <array>

#include "api/routes.h"

namespace tweetpulse::api {
namespace {

// What {id} stands for in this path; nullopt = the path is not of this template.
std::optional<std::string_view> variable_of(std::string_view path, std::string_view pattern) {
  const std::size_t open = pattern.find('{');
  if (open == std::string_view::npos) return path == pattern ? std::optional<std::string_view>("") : std::nullopt;
  const std::string_view head = pattern.substr(0, open), tail = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= head.size() + tail.size() || !path.starts_with(head) || !path.ends_with(tail)) return std::nullopt;
  return path.substr(head.size(), path.size() - head.size() - tail.size());
}

// Longer text around the variable is the closer match.
std::size_t closeness(const Route& route) {
  return route.path.find('{') == std::string_view::npos ? 10'000 : route.path.size();
}

}  // namespace

Match find_route(std::string_view method, std::string_view path) {
  Match match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  const auto allow = [&](std::string_view name) {
    if (std::find(match.allowed.begin(), match.allowed.end(), name) == match.allowed.end())
      match.allowed.emplace_back(name);
  };
  for (const Route& route : kRoutes) {
    const auto variable = variable_of(path, route.path);
    if (!variable) continue;
    allow(route.method);
    if (route.method == "GET") allow("HEAD");
    allow("OPTIONS");
    if (route.method != wanted || (match.route != nullptr && closeness(*match.route) >= closeness(route))) continue;
    match.route = &route;
    match.variable = *variable;
  }
  return match;
}

bool is_own_path(std::string_view path) {
  static constexpr std::array<std::string_view, 11> kOwn{"/api",          "/ws",      "/healthz", "/readyz",
                                                         "/startupz",     "/metrics", "/version", "/openapi.json",
                                                         "/openapi.yaml", "/docs",    "/problems"};
  return std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view own) {
    return path.starts_with(own) && (path.size() == own.size() || path[own.size()] == '/' || path[own.size()] == ':');
  });
}

}  // namespace tweetpulse::api
