// Words that carry grammar, not meaning, in the languages that we know best; and words of every day.
// Threads: pure functions over constant data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tweetpulse {

// The bit of a language (ISO 639-1) in the answers below; 0: a language without a list.
unsigned function_word_language(std::string_view language);

// The languages in which a word (word_hash of its lower case) is a function word.
unsigned function_word_languages(std::uint64_t word);

// Common enough in English to say little about a text's subject: weekdays, "people", "watch".
bool is_everyday_word(std::uint64_t word);

// A second opinion on the language of a short Latin text: replaces a doubtful code when the function words clearly
// speak for another language. `letters`: words with single spaces between them.
void vote_of_function_words(std::string_view letters, std::string& code, double& confidence);

}  // namespace tweetpulse
