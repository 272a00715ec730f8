// JSON bodies of requests: small objects whose unknown members are errors. Threads: plain values.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "api/parameters.h"
#include "api/route.h"

namespace tweetpulse::api {

// The body as values of these parameters, or the answer that refuses it. An empty body is an empty object.
std::variant<Values, Response> body_values(const Request& request, std::span<const Param> members);

}  // namespace tweetpulse::api
