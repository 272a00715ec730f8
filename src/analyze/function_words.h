// A second opinion on the language of short Latin texts: their function words. Threads: pure function.
#pragma once

#include <string>
#include <string_view>

namespace tweetpulse {

// Replaces a doubtful code when the function words clearly speak for another language. `letters`: words with single
// spaces between them.
void vote_of_function_words(std::string_view letters, std::string& code, double& confidence);

// Is it one of the words that carry grammar, not meaning, in this language (ISO 639-1)? Requires: lower case.
bool is_function_word(std::string_view word, std::string_view language);

}  // namespace tweetpulse
