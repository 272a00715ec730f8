// Members taken out of a JSON text whose other bytes stay as they are.
// Threads: pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tweetpulse {

// Without every member that has one of these names, at any depth; "" when the text is no JSON.
std::string without_members(std::string_view json, std::span<const std::string_view> names);

}  // namespace tweetpulse
