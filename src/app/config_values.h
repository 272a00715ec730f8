// Values of configuration as users write them: durations, sizes, booleans, ranges. Threads: pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"

namespace tweetpulse {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);  // 250ms 5s 10m 2h 7d; 10.0 = seconds
std::optional<std::int64_t> parse_size(std::string_view text);                   // 64MB 2GB 500kB; a number = bytes
std::optional<bool> parse_boolean(std::string_view text);                        // true 1 yes on, false 0 no off
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_real(std::string_view text);
std::vector<std::string> split_list(std::string_view text);

// "" = the value fits the key; else what is wrong and what is allowed.
std::string misfit(const ConfigKey& key, std::string_view value);

// A URL for messages: without user, password and options.
std::string without_secrets(std::string_view url);

// TWEETPULSE_<SECTION>_<KEY>
std::string variable_of(std::string_view key);

// The name within edit distance 2, or "".
std::string nearest_key(std::string_view name);

}  // namespace tweetpulse
