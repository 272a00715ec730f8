// What the rules of VADER know about a word. Threads: constant data, built at first use.
#pragma once

#include <string_view>

namespace tweetpulse {

// The words that rules name, beside the lexicon, the boosters and the negations.
enum class RuleWord : unsigned char {
  none,
  no,
  or_,
  nor,
  never,
  so,
  this_,
  without,
  doubt,
  least,
  at,
  very,
  but,
  kind,
  of,
  just,
  enough,
  sort,
  the,
  shit,
  bomb,
  bad,
  ass,
  bus,
  stop,
  yeah,
  right,
  kiss,
  death,
  to,
  die,
  for_,
  beating,
  heart,
  broken
};

struct WordRule {
  double valence = 0;
  float boost = 0;     // +-0.293, 0: no booster
  bool known = false;  // stands in the lexicon; a valence may be 0
  bool negates = false;
  RuleWord word = RuleWord::none;
};

// Requires: lower case. What nobody knows gives an empty rule.
const WordRule& rule_of(std::string_view word);

}  // namespace tweetpulse
