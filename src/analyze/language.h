// The language of a text: from its scripts where they decide, else by CLD2. Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "analyze/emoji.h"
#include "analyze/entities.h"
#include "analyze/text.h"

namespace tweetpulse {

struct Language {
  std::string code = "und";  // ISO 639-1, else 639-3, else und
  double confidence = 0;     // 0..1
};

// What a language is told from: letters and apostrophes, without URLs, mentions, signs, "RT" and emoji.
struct LanguageEvidence {
  std::string letters;  // words with one space between them
  int counts[64] = {};  // letters by script
  int total = 0;        // letters
  void read(const Text& text, const Entities& entities, std::span<const EmojiSpan> emoji);
};

// Is there a letter outside of URLs and mentions? Without one a text has no language.
bool has_letters(const Text& text, const Entities& entities);

Language detect_language(const LanguageEvidence& evidence);

}  // namespace tweetpulse
