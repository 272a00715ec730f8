// Answers of search and analytics, kept for 10 s under the change counter and the question. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "coordination/cache.h"

namespace tweetpulse::api {

// `etag` "" = the counter is unknown, so nothing may be kept.
std::optional<std::string> kept_answer(Cache& cache, std::string_view etag);
void keep_answer(Cache& cache, std::string_view etag, std::string answer);

}  // namespace tweetpulse::api
