// The metrics page in the order that strict readers want. Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace tweetpulse::api {

// Of each series of a histogram: buckets, then sum, then count. prometheus-cpp writes the buckets last.
std::string in_reading_order(std::string_view page);

}  // namespace tweetpulse::api
