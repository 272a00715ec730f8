// Emoji sequences with their names, from Unicode's emoji-test.txt. Threads: pure functions over constant data.
#pragma once

#include <string_view>
#include <vector>

#include "analyze/text.h"

namespace tweetpulse {

struct EmojiSequence {
  std::string_view bytes, name;
  bool weighs_once;  // twitter-text 3.1 counts the whole sequence as one character of weight 2
};

struct EmojiSpan {
  Span span;
  const EmojiSequence* sequence;
};

// The longest known sequences, in text order. Leaves out what is shown as text: (c), (r), TM without a variation
// selector, and whatever U+FE0E follows.
void find_emoji(const Text& text, std::vector<EmojiSpan>& found);

// End of the longest sequence at `at` that twitter-text weighs as one; `at`: none.
int end_of_weighed_emoji(const Text& text, int at);

}  // namespace tweetpulse
