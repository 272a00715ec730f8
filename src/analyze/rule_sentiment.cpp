#include "analyze/rule_sentiment.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "analyze/rule_lexicon.h"

namespace tweetpulse {

using namespace characters;

namespace {

constexpr double kBoost = 0.293, kCapitals = 0.733, kNegation = -0.74;

struct EmojiName {
  char32_t code;
  std::string_view name;
};

constexpr EmojiName kEmojiNames[] = {
#include "vader_emoji.inc"
};

std::string_view name_of_emoji(char32_t code) {
  const auto before = [](const EmojiName& row, char32_t wanted) { return row.code < wanted; };
  return std::lower_bound(std::begin(kEmojiNames), std::end(kEmojiNames), code, before)->name;
}

struct Token {
  Span span;  // in the text that is scored
  const WordRule* rule;
  bool negates;
  bool upper;
};

// The text with emoji replaced by their names, and where each name came from.
struct Replaced {
  std::string bytes;
  Text text;
  struct Piece {
    int start;   // first code point of the name in the new text
    int end;     // one behind its last
    int source;  // the emoji's place in the old text
  };
  std::vector<Piece> pieces;
};

int code_points(std::string_view utf8) {
  return static_cast<int>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Code point by code point, as the reference does: a space before a name unless one is there, none behind it.
void replace_emoji(const Text& text, Replaced& out) {
  out.bytes.clear();
  out.pieces.clear();
  bool after_space = true;
  int at = 0;
  for (int i = 0; i < text.size(); ++i) {
    if (!text.is(i, kVaderEmoji)) {
      out.bytes += text.slice(i, i + 1);
      after_space = text[i] == ' ';
      ++at;
      continue;
    }
    if (!after_space) {
      out.bytes += ' ';
      ++at;
    }
    const std::string_view name = name_of_emoji(text[i]);
    const int length = code_points(name);
    out.bytes += name;
    out.pieces.push_back({at, at + length, i});
    at += length;
    after_space = false;
  }
  out.text.read(out.bytes);
}

// Where a span of the replaced text lies in the original one.
Span original(const Replaced& replaced, Span span) {
  int moved = 0;  // how far the new text runs ahead
  Span result{-1, -1};
  for (const Replaced::Piece& piece : replaced.pieces) {
    if (result.start < 0 && span.start < piece.end) result.start = std::min(span.start - moved, piece.source);
    if (span.end <= piece.start) break;
    if (span.end <= piece.end) return {result.start, piece.source + 1};
    moved = piece.end - (piece.source + 1);
  }
  if (result.start < 0) result.start = span.start - moved;
  return {result.start, span.end - moved};
}

bool is_upper(const Text& text, Span span) {
  bool cased = false;
  for (int i = span.start; i < span.end; ++i) {
    if (text.is(i, kLower)) return false;
    cased |= text.is(i, kUpper);
  }
  return cased;
}

Span without_punctuation(const Text& text, Span span) {
  Span inner = span;
  while (inner.start < inner.end && text.is(inner.start, kAsciiPunctuation)) ++inner.start;
  while (inner.end > inner.start && text.is(inner.end - 1, kAsciiPunctuation)) --inner.end;
  return inner.end - inner.start <= 2 ? span : inner;
}

class Scorer {
 public:
  void run(const Text& text, RuleScore& score) {
    tokens_.clear();
    values_.clear();
    read_tokens(text);
    score.words.clear();
    if (tokens_.empty()) {
      score.compound = score.positive = score.neutral = score.negative = 0;
      return;
    }
    for (std::size_t i = 0; i < tokens_.size(); ++i) values_.push_back(value_of(static_cast<int>(i)));
    weigh_around_but();
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (values_[i] != 0) score.words.push_back({tokens_[i].span, values_[i]});
    }
    add_up(text, score);
  }

 private:
  void read_tokens(const Text& text) {
    std::size_t upper = 0;
    for (int at = 0; at < text.size(); ++at) {
      if (text.is(at, kSpace)) continue;
      int end = at;
      while (end < text.size() && !text.is(end, kSpace)) ++end;
      tokens_.push_back(token_of(text, without_punctuation(text, {at, end})));
      upper += tokens_.back().upper;
      at = end;
    }
    some_upper_ = upper > 0 && upper < tokens_.size();
  }

  Token token_of(const Text& text, Span span) {
    lower_.clear();
    for (int i = span.start; i < span.end; ++i) {
      const char32_t code = text[i];
      if (code < 0x80) {
        lower_ += static_cast<char>(lower_case(code));
      } else {
        lower_ += code == 0x212A ? 'k' : '\x80';  // the Kelvin sign; no other letter is ASCII in lower case
      }
    }
    const WordRule& rule = rule_of(lower_);
    return {span, &rule, rule.negates || lower_.find("n't") != std::string::npos, is_upper(text, span)};
  }

  const Token& token(int i) const { return tokens_[static_cast<std::size_t>(i)]; }
  const WordRule& rule(int i) const { return *token(i).rule; }
  bool is(int i, RuleWord word) const { return i >= 0 && i < static_cast<int>(tokens_.size()) && rule(i).word == word; }

  double value_of(int i) const {
    if (rule(i).boost != 0 || (is(i, RuleWord::kind) && is(i + 1, RuleWord::of)) || !rule(i).known) return 0;
    double value = rule(i).valence;
    const int last = static_cast<int>(tokens_.size()) - 1;
    if (is(i, RuleWord::no) && i != last && rule(i + 1).known) value = 0;
    const bool or_between = is(i - 1, RuleWord::or_) || is(i - 1, RuleWord::nor);
    if (is(i - 1, RuleWord::no) || is(i - 2, RuleWord::no) || (is(i - 3, RuleWord::no) && or_between)) {
      value = rule(i).valence * kNegation;
    }
    if (token(i).upper && some_upper_) value += value > 0 ? kCapitals : -kCapitals;
    for (int distance = 1; distance <= 3 && distance <= i; ++distance) {
      if (rule(i - distance).known) continue;
      constexpr double kFactor[] = {0, 1, 0.95, 0.9};
      value += boost_of(i - distance, value) * kFactor[distance];
      value = negated(value, distance, i);
      if (distance == 3) value = with_idioms(value, i);
    }
    const bool least = is(i - 1, RuleWord::least) && !rule(i - 1).known;
    if (least && !is(i - 2, RuleWord::at) && !is(i - 2, RuleWord::very)) value *= kNegation;
    return value;
  }

  double boost_of(int i, double value) const {
    if (rule(i).boost == 0) return 0;
    double boost = rule(i).boost > 0 ? kBoost : -kBoost;
    if (value < 0) boost = -boost;
    if (token(i).upper && some_upper_) boost += value > 0 ? kCapitals : -kCapitals;
    return boost;
  }

  double negated(double value, int distance, int i) const {
    const auto so_or_this = [this](int at) { return is(at, RuleWord::so) || is(at, RuleWord::this_); };
    const bool negates = token(i - distance).negates;
    if (distance == 2) {
      if (is(i - 2, RuleWord::never) && so_or_this(i - 1)) return value * 1.25;
      if (is(i - 2, RuleWord::without) && is(i - 1, RuleWord::doubt)) return value;
    }
    if (distance == 3) {
      // The reference's "never (so|this)" binds so that "so" or "this" right before is enough.
      if ((is(i - 3, RuleWord::never) && so_or_this(i - 2)) || so_or_this(i - 1)) return value * 1.25;
      if (is(i - 3, RuleWord::without) && (is(i - 2, RuleWord::doubt) || is(i - 1, RuleWord::doubt))) return value;
    }
    return negates ? value * kNegation : value;
  }

  bool idiom_at(int i, int words, double& value) const {
    using enum RuleWord;
    struct Idiom {
      int words;
      RuleWord word[3];
      double value;
    };
    static constexpr Idiom kIdioms[] = {
        {2, {the, shit}, 3},     {2, {the, bomb}, 3},        {2, {bad, ass}, 1.5},
        {2, {bus, stop}, 0},     {2, {yeah, right}, -2},     {3, {kiss, of, death}, -1.5},
        {3, {to, die, for_}, 3}, {2, {beating, heart}, 3.1}, {2, {broken, heart}, -2.9}};
    if (i < 0 || i >= static_cast<int>(tokens_.size()) || rule(i).word == none) return false;
    for (const Idiom& idiom : kIdioms) {
      if (idiom.words != words || !is(i, idiom.word[0]) || !is(i + 1, idiom.word[1])) continue;
      if (words == 3 && !is(i + 2, idiom.word[2])) continue;
      value = idiom.value;
      return true;
    }
    return false;
  }

  double with_idioms(double value, int i) const {
    constexpr int kBefore[][2] = {{-1, 2}, {-2, 3}, {-2, 2}, {-3, 3}, {-3, 2}};
    for (const auto& [start, words] : kBefore) {
      if (idiom_at(i + start, words, value)) break;
    }
    idiom_at(i, 2, value);
    idiom_at(i, 3, value);
    for (const int start : {i - 3, i - 2}) {
      const bool dampens = (is(start, RuleWord::just) && is(start + 1, RuleWord::enough)) ||
                           ((is(start, RuleWord::kind) || is(start, RuleWord::sort)) && is(start + 1, RuleWord::of));
      if (dampens) value -= kBoost;
    }
    return value;
  }

  // The reference changes the list while it walks it and finds each value's place by equality: with equal values
  // the first one is scaled. Zeros stay zeros and are left out.
  void weigh_around_but() {
    int but = 0;
    const int count = static_cast<int>(tokens_.size());
    while (but < count && !is(but, RuleWord::but)) ++but;
    if (but == count) return;
    std::map<double, std::set<int>> places;
    for (int i = 0; i < count; ++i) {
      if (values_[static_cast<std::size_t>(i)] != 0) places[values_[static_cast<std::size_t>(i)]].insert(i);
    }
    for (int i = 0; i < count; ++i) {
      const double value = values_[static_cast<std::size_t>(i)];
      if (value == 0) continue;
      std::set<int>& equal = places[value];
      const int first = *equal.begin();
      if (first == but) continue;
      const double scaled = value * (first < but ? 0.5 : 1.5);
      values_[static_cast<std::size_t>(first)] = scaled;
      equal.erase(equal.begin());
      places[scaled].insert(first);
    }
  }

  static double emphasis(const Text& text) {
    const auto marks = [&text](char mark) { return std::count(text.bytes().begin(), text.bytes().end(), mark); };
    const auto questions = marks('?');
    const double asked = questions > 3 ? 0.96 : questions > 1 ? static_cast<double>(questions) * 0.18 : 0;
    return static_cast<double>(std::min<std::ptrdiff_t>(marks('!'), 4)) * 0.292 + asked;
  }

  void add_up(const Text& text, RuleScore& score) const {
    double sum = 0, positive = 0, negative = 0, neutral = 0;
    for (const double value : values_) {
      sum += value;
      if (value > 0)
        positive += value + 1;
      else if (value < 0)
        negative += value - 1;
      else
        neutral += 1;
    }
    const double emphasised = emphasis(text);
    if (sum != 0) sum += sum > 0 ? emphasised : -emphasised;
    if (positive > std::fabs(negative))
      positive += emphasised;
    else if (positive < std::fabs(negative))
      negative -= emphasised;
    const double total = positive + std::fabs(negative) + neutral;
    score.compound = std::clamp(sum / std::sqrt(sum * sum + 15), -1.0, 1.0);
    score.positive = positive / total;
    score.negative = std::fabs(negative / total);
    score.neutral = neutral / total;
  }

  std::vector<Token> tokens_;
  std::vector<double> values_;
  std::string lower_;
  bool some_upper_ = false;  // some, but not all tokens are in capitals
};

}  // namespace

void score_by_rules(const Text& text, RuleScore& score) {
  thread_local Scorer scorer;
  if ((text.seen() & kVaderEmoji) == 0) {
    scorer.run(text, score);
    return;
  }
  thread_local Replaced replaced;
  replace_emoji(text, replaced);
  scorer.run(replaced.text, score);
  for (ScoredSpan& word : score.words) word.span = original(replaced, word.span);
}

}  // namespace tweetpulse
