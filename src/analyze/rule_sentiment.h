// Sentiment by rules, equal to VADER (Hutto and Gilbert, 2014; the outputs of its Python program, version 3.3.2).
// Threads: pure functions over constant data.
#pragma once

#include <vector>

#include "analyze/text.h"

namespace tweetpulse {

struct ScoredSpan {
  Span span;
  double value;
};

struct RuleScore {
  double compound = 0, positive = 0, neutral = 0, negative = 0;  // unrounded; all 0 for a text without a token
  std::vector<ScoredSpan> words;                                 // the tokens that have a value, in text order
};

void score_by_rules(const Text& text, RuleScore& score);

}  // namespace tweetpulse
