// The fold behind every comparison of words (NFKC, case, accents), with the place each folded character came from.
// Threads: pure; ICU's tables are constant data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tweet/utf8.h"

namespace tweetpulse {

struct FoldedChar {
  char32_t code = 0;
  int start = 0, end = 0;  // code points of the original
};

// `first`: code point that the text begins at. Ill-formed bytes count as one U+FFFD each.
void append_folded(std::vector<FoldedChar>& out, std::string_view text, int first);

}  // namespace tweetpulse
