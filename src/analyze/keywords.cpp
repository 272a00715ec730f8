#include "analyze/keywords.h"

#include <algorithm>
#include <array>

#include "analyze/function_words.h"
#include "analyze/stem.h"
#include "analyze/words.h"

namespace tweetpulse {

using namespace characters;

namespace {

constexpr std::size_t kMost = 10;
constexpr std::size_t kMaxWords = 400;  // of a long text its beginning says enough
constexpr std::size_t kMaxPhrase = 3;

struct Candidate {
  double score;
  std::size_t first;
  std::size_t words;  // 1 to kMaxPhrase
};

class Ranker {
 public:
  void run(const Text& text, const Entities& entities, std::string_view language, bool quick,
           std::vector<std::string>& keywords) {
    language_ = language;
    list_.read(text, entities, language, quick);
    score_words(text);
    candidates_.clear();
    for (std::size_t i = 0; i < scores_.size(); ++i) add_candidates(i);
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    taken_.clear();
    for (const Candidate& candidate : candidates_) {
      if (taken_.size() == kMost) break;
      if (is_known(candidate)) continue;
      taken_.push_back(candidate);
      keywords.push_back(phrase(candidate));
    }
  }

 private:
  const Word& word(std::size_t i) const { return list_.words()[i]; }

  // A score for each word; 0: it is no content word.
  void score_words(const Text& text) {
    const std::size_t count = std::min(list_.words().size(), kMaxWords);
    scores_.assign(count, 0);
    std::size_t capitals = 0;
    for (std::size_t i = 0; i < count; ++i) capitals += word(i).capital;
    // Where most words have capitals, they say nothing.
    const bool capitals_count = 2 * capitals <= count + 2;
    const unsigned languages = function_word_language(language_) | function_word_language("en");
    for (std::size_t i = 0; i < count; ++i) {
      const Word& here = word(i);
      const int length = here.span.end - here.span.start;
      const bool wide = text[here.span.start] >= 0x2E80;
      if (!text.is(here.span.start, kLetter) || (length < 3 && !wide && !here.all_capitals) || (wide && length < 2)) {
        continue;
      }
      if ((function_word_languages(here.hash) & languages) == 0) scores_[i] = score_of(here, length, capitals_count);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (scores_[i] > 0) scores_[i] *= 1 + 0.3 * repeats(i);
    }
  }

  static double score_of(const Word& word, int length, bool capitals_count) {
    double score = 0.7 + 0.05 * std::min(length, 10);
    if (length > 11) score *= 1.5;
    if (capitals_count && word.capital) score *= word.all_capitals ? 1.7 : word.starts_sentence ? 1.3 : 1.9;
    if (word.from_tag) score *= 2;
    return is_everyday_word(word.hash) ? score * 0.45 : score;
  }

  double repeats(std::size_t i) const {
    constexpr std::size_t kWindow = 60;
    double count = 0;
    const std::size_t end = std::min(scores_.size(), i + kWindow);
    for (std::size_t j = i > kWindow ? i - kWindow : 0; j < end; ++j) count += j != i && word(j).hash == word(i).hash;
    return std::min(count, 3.0);
  }

  bool proper(std::size_t i) const { return word(i).capital && scores_[i] > 0; }

  void add_candidates(std::size_t i) {
    if (scores_[i] == 0) return;
    candidates_.push_back({scores_[i], i, 1});
    if (!proper(i) || (i > 0 && word(i).joined && proper(i - 1))) return;
    // Capitalised neighbours are one name.
    std::size_t words = 1;
    double best = scores_[i];
    while (words < kMaxPhrase && i + words < scores_.size() && word(i + words).joined && proper(i + words)) {
      best = std::max(best, scores_[i + words++]);
    }
    if (words > 1) candidates_.push_back({best * 1.05, i, words});
  }

  // Neither twice nor, after folding, nearly twice.
  bool is_known(const Candidate& candidate) const {
    return std::any_of(taken_.begin(), taken_.end(), [&](const Candidate& taken) {
      if (taken.words != candidate.words) return false;
      for (std::size_t i = 0; i < candidate.words; ++i) {
        const auto a = list_.lower(word(taken.first + i)), b = list_.lower(word(candidate.first + i));
        if (!have_one_stem(a, b, language_)) return false;
      }
      return true;
    });
  }

  std::string phrase(const Candidate& candidate) const {
    std::string out;
    for (std::size_t i = 0; i < candidate.words; ++i) {
      if (i > 0) out += ' ';
      out += list_.lower(word(candidate.first + i));
    }
    return out;
  }

  std::string_view language_;
  WordList list_;
  std::vector<double> scores_;
  std::vector<Candidate> candidates_, taken_;
};

}  // namespace

void find_keywords(const Text& text, const Entities& entities, std::string_view language, bool quick,
                   std::vector<std::string>& keywords) {
  thread_local Ranker ranker;
  ranker.run(text, entities, language, quick, keywords);
}

}  // namespace tweetpulse
