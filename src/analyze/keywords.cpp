#include "analyze/keywords.h"

#include <algorithm>

#include "analyze/function_words.h"
#include "analyze/words.h"

namespace tweetpulse {

using namespace characters;

namespace {

constexpr std::size_t kMost = 10;
constexpr std::size_t kMaxWords = 400;  // of a long text its beginning says enough

struct Candidate {
  double score;
  std::size_t first;
  std::size_t words;  // 1 to 3
};

class Ranker {
 public:
  void run(const Text& text, const Entities& entities, std::string_view language, std::vector<std::string>& keywords) {
    list_.read(text, entities, language);
    read_content(text, language);
    candidates_.clear();
    for (std::size_t i = 0; i < scores_.size(); ++i) add_candidates(i);
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    taken_.clear();
    for (const Candidate& candidate : candidates_) {
      if (keywords.size() == kMost) break;
      if (is_new(candidate)) keywords.push_back(phrase(candidate));
    }
  }

 private:
  const Word& word(std::size_t i) const { return list_.words()[i]; }

  // A score for each word; 0: it is no content word.
  void read_content(const Text& text, std::string_view language) {
    const std::size_t count = std::min(list_.words().size(), kMaxWords);
    scores_.assign(count, 0);
    std::size_t capitals = 0;
    for (std::size_t i = 0; i < count; ++i) capitals += word(i).capital;
    // Where most words have capitals, they say nothing.
    const bool capitals_count = 2 * capitals <= count + 2;
    for (std::size_t i = 0; i < count; ++i) {
      const Word& here = word(i);
      const int length = here.span.end - here.span.start;
      const bool wide = text[here.span.start] >= 0x2E80;
      if (!text.is(here.span.start, kLetter) || (length < 3 && !wide && !here.all_capitals)) continue;
      if (is_function_word(here.lower, language) || is_function_word(here.lower, "en")) continue;
      scores_[i] = score_of(here, std::min(length, 9), capitals_count);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (scores_[i] > 0) scores_[i] *= 1 + 0.3 * repeats(i);
    }
  }

  static double score_of(const Word& word, int length, bool capitals_count) {
    double score = 0.6 + 0.06 * length;
    if (capitals_count && word.capital) score *= word.all_capitals ? 1.9 : word.starts_sentence ? 1.3 : 2.2;
    if (word.from_tag) score *= 2;
    return score;
  }

  double repeats(std::size_t i) const {
    constexpr std::size_t kWindow = 60;
    double count = 0;
    for (std::size_t j = i > kWindow ? i - kWindow : 0; j < std::min(scores_.size(), i + kWindow); ++j) {
      count += j != i && word(j).stem == word(i).stem;
    }
    return std::min(count, 3.0);
  }

  bool proper(std::size_t i) const { return word(i).capital && !word(i).all_capitals && scores_[i] > 0; }

  void add_candidates(std::size_t i) {
    if (scores_[i] == 0) return;
    candidates_.push_back({scores_[i], i, 1});
    // Capitalised neighbours are one name.
    std::size_t words = 1;
    double sum = scores_[i];
    while (words < 3 && i + words < scores_.size() && word(i + words).joined && proper(i) && proper(i + words)) {
      sum += scores_[i + words++];
    }
    const bool inside = i > 0 && word(i).joined && proper(i) && proper(i - 1);
    if (words > 1 && !inside) candidates_.push_back({sum / static_cast<double>(words) * 0.95, i, words});
  }

  // No keyword twice: not after folding either.
  bool is_new(const Candidate& candidate) {
    std::string folded;
    for (std::size_t i = 0; i < candidate.words; ++i) {
      if (i > 0) folded += ' ';
      folded += word(candidate.first + i).stem;
    }
    if (std::find(taken_.begin(), taken_.end(), folded) != taken_.end()) return false;
    taken_.push_back(std::move(folded));
    return true;
  }

  std::string phrase(const Candidate& candidate) const {
    std::string out;
    for (std::size_t i = 0; i < candidate.words; ++i) {
      if (i > 0) out += ' ';
      out += word(candidate.first + i).lower;
    }
    return out;
  }

  WordList list_;
  std::vector<double> scores_;
  std::vector<Candidate> candidates_;
  std::vector<std::string> taken_;
};

}  // namespace

void find_keywords(const Text& text, const Entities& entities, std::string_view language,
                   std::vector<std::string>& keywords) {
  thread_local Ranker ranker;
  ranker.run(text, entities, language, keywords);
}

}  // namespace tweetpulse
