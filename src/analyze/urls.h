// URLs by the rules of twitter-text 3.1, without regular expressions and in linear time.
// Threads: pure functions.
#pragma once

#include <vector>

#include "analyze/text.h"

namespace tweetpulse {

// Appends the spans of all URLs, with and without a protocol, in text order.
void find_urls(const Text& text, std::vector<Span>& urls);

}  // namespace tweetpulse
