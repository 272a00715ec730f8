// How long a text is by twitter-text's weights. Threads: pure functions.
#pragma once

#include <vector>

#include "analyze/text.h"

namespace tweetpulse {

// v1: each character 1, at most 140. v2: weights, at most 280. v3, the default: and an emoji sequence counts 2.
enum class LengthRules { v1, v2, v3 };

struct WeightedLength {
  int weighted = 0;
  bool valid = false;
  int permillage = 0;
  // Last units of the text and of its valid part, in UTF-16, inclusive.
  int display_end = 0, valid_end = 0;
};

// `urls`: the URLs of the text. Counts the text's composed form (NFC).
WeightedLength weigh(const Text& text, const std::vector<Span>& urls, LengthRules rules = LengthRules::v3);

}  // namespace tweetpulse
