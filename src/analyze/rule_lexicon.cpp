#include "analyze/rule_lexicon.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <vector>

namespace tweetpulse {

namespace {

struct Entry {
  std::string_view word;
  double valence;
};

constexpr Entry kLexicon[] = {
#include "lexicon.inc"
};

constexpr std::string_view kNegations[] = {
    "aint",    "arent",    "cannot",  "cant",    "couldnt", "darent",   "didnt",   "doesnt",    "ain't",    "aren't",
    "can't",   "couldn't", "daren't", "didn't",  "doesn't", "dont",     "hadnt",   "hasnt",     "havent",   "isnt",
    "mightnt", "mustnt",   "neither", "don't",   "hadn't",  "hasn't",   "haven't", "isn't",     "mightn't", "mustn't",
    "neednt",  "needn't",  "never",   "none",    "nope",    "nor",      "not",     "nothing",   "nowhere",  "oughtnt",
    "shant",   "shouldnt", "uhuh",    "wasnt",   "werent",  "oughtn't", "shan't",  "shouldn't", "uh-uh",    "wasn't",
    "weren't", "without",  "wont",    "wouldnt", "won't",   "wouldn't", "rarely",  "seldom",    "despite"};

constexpr std::string_view kIntensifiers[] = {
    "absolutely",    "amazingly",  "awfully",   "completely", "considerable", "considerably", "decidedly",
    "deeply",        "effing",     "enormous",  "enormously", "entirely",     "especially",   "exceptional",
    "exceptionally", "extreme",    "extremely", "fabulously", "flipping",     "flippin",      "frackin",
    "fracking",      "fricking",   "frickin",   "frigging",   "friggin",      "fully",        "fuckin",
    "fucking",       "fuggin",     "fugging",   "greatly",    "hella",        "highly",       "hugely",
    "incredible",    "incredibly", "intensely", "major",      "majorly",      "more",         "most",
    "particularly",  "purely",     "quite",     "really",     "remarkably",   "so",           "substantially",
    "thoroughly",    "total",      "totally",   "tremendous", "tremendously", "uber",         "unbelievably",
    "unusually",     "utter",      "utterly",   "very"};

constexpr std::string_view kDampeners[] = {"almost", "barely", "hardly",   "kinda",      "kindof",     "kind-of",
                                           "less",   "little", "marginal", "marginally", "occasional", "occasionally",
                                           "partly", "scarce", "scarcely", "slight",     "slightly",   "somewhat",
                                           "sorta",  "sortof", "sort-of"};

constexpr std::string_view kRuleWords[] = {
    "",     "no",   "or",    "nor",  "never",  "so",   "this", "without", "doubt",   "least", "at",    "very",
    "but",  "kind", "of",    "just", "enough", "sort", "the",  "shit",    "bomb",    "bad",   "ass",   "bus",
    "stop", "yeah", "right", "kiss", "death",  "to",   "die",  "for",     "beating", "heart", "broken"};

class Lexicon {
 public:
  Lexicon() : slots_(kSlots) {
    for (const Entry& entry : kLexicon) {
      WordRule& rule = add(entry.word);
      rule.valence = entry.valence;
      rule.known = true;
    }
    for (const std::string_view word : kNegations) add(word).negates = true;
    for (const std::string_view word : kIntensifiers) add(word).boost = 0.293F;
    for (const std::string_view word : kDampeners) add(word).boost = -0.293F;
    for (std::size_t i = 1; i < std::size(kRuleWords); ++i) add(kRuleWords[i]).word = static_cast<RuleWord>(i);
  }

  const WordRule& find(std::string_view word) const { return slots_[place(word)].rule; }

 private:
  static constexpr std::size_t kSlots = std::size_t{1} << 15;
  struct Slot {
    std::string_view word;
    WordRule rule;
  };

  // The word's slot, or the free one where it would go.
  std::size_t place(std::string_view word) const {
    std::size_t at = XXH3_64bits(word.data(), word.size()) & (kSlots - 1);
    while (!slots_[at].word.empty() && slots_[at].word != word) at = (at + 1) & (kSlots - 1);
    return at;
  }

  WordRule& add(std::string_view word) {
    Slot& slot = slots_[place(word)];
    slot.word = word;
    return slot.rule;
  }

  std::vector<Slot> slots_;
};

}  // namespace

const WordRule& rule_of(std::string_view word) {
  static const Lexicon lexicon;
  static const WordRule unknown;
  return word.empty() ? unknown : lexicon.find(word);
}

}  // namespace tweetpulse
