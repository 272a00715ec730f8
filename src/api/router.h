// Finds the route of a method and path. Threads: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace tweetpulse::api {

struct Match {
  const Route* route = nullptr;      // nullptr: no route of this method
  std::string_view variable;         // still percent-encoded
  std::vector<std::string> allowed;  // what the path takes; empty = no such path
};

// `path` still percent-encoded, without query. {id} takes the rest of the path.
Match find_route(std::string_view method, std::string_view path);
// Paths that are never answered by the web UI.
bool is_own_path(std::string_view path);

}  // namespace tweetpulse::api
