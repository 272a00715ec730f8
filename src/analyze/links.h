// The domain of a URL, as it is shown and counted. Threads: pure function.
#pragma once

#include <string>
#include <string_view>

namespace tweetpulse {

// Host in lower case, IDNA's ASCII form, without "www."; "" when there is none. The protocol may be missing.
std::string domain_of(std::string_view url);

}  // namespace tweetpulse
