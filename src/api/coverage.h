// Which part of a time range every source was connected for, from the gap records of the books. Threads: any.
#pragma once

#include <span>
#include <vector>

#include "api/ports.h"
#include "store/books.h"

namespace tweetpulse::api {

// Share of each bucket [edges[i], edges[i+1]); 1 where nothing is known to be missing.
std::vector<double> coverage_of(const Ports& ports, std::span<const Time> edges);
// The same from given gaps; open ones last until `now`.
std::vector<double> coverage_of(std::span<const Gap> gaps, std::span<const Time> edges, Time now);

}  // namespace tweetpulse::api
