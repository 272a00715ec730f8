// Payloads of X: statuses and notices of API v1.1, stream lines, pages and compliance events of API v2.
// Threads: pure functions over an element of the calling thread's parser.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "source/source.h"

namespace tweetpulse {

// What a reader needs besides the object. `line` is the whole payload, kept as raw when keep_raw.
struct PayloadContext {
  std::string_view line;
  Time received_at{};
  bool keep_raw = true;
};

// The carried originals first, then the status itself; a notice gives an action or is filtered.
Received read_x_v1(simdjson::dom::object root, const PayloadContext& context);
bool looks_like_x_v1(simdjson::dom::object root);

Received read_x_v2(simdjson::dom::object root, const PayloadContext& context);
bool looks_like_x_v2(simdjson::dom::object root);

// In x_notices: removals and the like of both versions; nullopt: the object is none of them.
std::optional<Received> read_x_v1_notice(simdjson::dom::object root, const PayloadContext& context);
std::optional<Received> read_x_v2_notice(simdjson::dom::object data, const PayloadContext& context);

}  // namespace tweetpulse
