// The known top-level domains: the union of npm tlds and twitter-text. Threads: pure functions over constant data.
#pragma once

#include <string_view>

namespace tweetpulse {

// The longest top-level domain, in code points, that the table holds.
inline constexpr int kLongestTld = 24;

// Requires: lower case, UTF-8.
bool is_tld(std::string_view name);

}  // namespace tweetpulse
