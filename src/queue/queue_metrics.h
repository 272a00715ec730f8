// What every queue counts of itself. Threads: any thread.
#pragma once

#include <string_view>

namespace tweetpulse {

void count_buried(std::string_view group, std::string_view reason);

}  // namespace tweetpulse
