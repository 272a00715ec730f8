// The named JSON schemas of schemas.json, as they lie in the binary. Threads: constant data.
#pragma once

#include <string_view>

namespace tweetpulse::api {

std::string_view schemas_json();

}  // namespace tweetpulse::api
