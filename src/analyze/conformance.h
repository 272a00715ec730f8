// Answers the cases of twitter-text's conformance suite, section by section. Threads: pure function.
#pragma once

#include <string>
#include <string_view>

namespace tweetpulse {

// Appends the answer as JSON, shaped like the suite's own; false: a section that we do not know.
bool answer_conformance(std::string& json, std::string_view section, std::string_view text);

}  // namespace tweetpulse
