// Is a text, as a whole, a URL by twitter-text 3.1's rules of validation? They differ from those of extraction.
// Threads: pure function.
#pragma once

#include "analyze/text.h"

namespace tweetpulse {

bool is_valid_url(const Text& text, bool protocol_needed);

}  // namespace tweetpulse
