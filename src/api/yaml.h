// JSON rewritten as YAML. Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace tweetpulse::api {

// Requires: valid JSON.
std::string yaml_of(std::string_view json);

}  // namespace tweetpulse::api
