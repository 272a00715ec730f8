// Do two words have one stem? By the Snowball stemmer of their language. Threads: one stemmer a thread inside.
#pragma once

#include <string_view>

namespace tweetpulse {

// Requires: lower case. In a language without a stemmer only equal words have one.
bool have_one_stem(std::string_view a, std::string_view b, std::string_view language);

}  // namespace tweetpulse
