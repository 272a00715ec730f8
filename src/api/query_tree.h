// The tree of a query as JSON, for /api/query/parse. Threads: pure.
#pragma once

#include "api/json.h"
#include "query/ast.h"

namespace tweetpulse::api {

void append_tree(Json& out, const QueryNode& node);

}  // namespace tweetpulse::api
