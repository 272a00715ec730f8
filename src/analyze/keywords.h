// The phrases that say what a text is about. Threads: pure function.
#pragma once

#include <string>
#include <vector>

#include "analyze/entities.h"
#include "analyze/text.h"

namespace tweetpulse {

// At most 10, best first, lower case, without sigils, one to three words. `language`: ISO 639-1 or und;
// `quick` cuts Japanese and Chinese without dictionaries.
void find_keywords(const Text& text, const Entities& entities, std::string_view language, bool quick,
                   std::vector<std::string>& keywords);

}  // namespace tweetpulse
