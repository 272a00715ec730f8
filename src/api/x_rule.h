// A query as the narrowest stream rule of X that still contains every match (api.md 9.6). Threads: pure.
#pragma once

#include "api/json.h"
#include "query/ast.h"

namespace tweetpulse::api {

// {"value","length","exact","dropped":[..],"warnings":[..]}, or null when nothing selective is left or it is too long.
void append_x_rule(Json& out, const Query& query);

}  // namespace tweetpulse::api
