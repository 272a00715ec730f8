// Figures of the ports that many answers show, asked for at most once in a while. Threads: any.
#pragma once

#include <cstdint>
#include <optional>

#include "api/ports.h"
#include "api/shared.h"

namespace tweetpulse::api {

std::optional<std::int64_t> search_changes(const Ports& ports, Shared& shared);
std::optional<std::int64_t> store_changes(const Ports& ports, Shared& shared);
// Age of the oldest accepted tweet that is not yet searchable; 0 = none.
std::int64_t behind_ms(const Ports& ports, Shared& shared);

}  // namespace tweetpulse::api
