#include "analyze/analyze.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cmath>

#include "analyze/declared.h"
#include "analyze/emoji.h"
#include "analyze/entities.h"
#include "analyze/keywords.h"
#include "analyze/language.h"
#include "analyze/links.h"
#include "analyze/rule_sentiment.h"
#include "analyze/weighted_length.h"

namespace tweetpulse {

namespace {

// Raise it whenever a change of the code changes an answer.
constexpr std::uint64_t kRevision = 1;

constexpr std::uint64_t kTables =
#include "tables_version.inc"
    ;

// Memory that is used again for the next text of this thread.
struct Workspace {
  Text text;
  Entities entities;
  std::vector<EmojiSpan> emoji;
  RuleScore score;
  LanguageEvidence evidence;
  bool has_words = false;
};

std::string copy(std::string_view value) {
  return std::string(value);
}

void fill_entities(const Workspace& work, Analysis& analysis) {
  const Text& text = work.text;
  const auto body = [&text](const Span& span) {
    return FoundTag{copy(text.slice(span.start + 1, span.end)), span.start, span.end};
  };
  for (const Span& tag : work.entities.hashtags) analysis.hashtags.push_back(body(tag));
  for (const Span& tag : work.entities.cashtags) analysis.cashtags.push_back(body(tag));
  for (const MentionSpan& mention : work.entities.mentions) {
    const Span span = mention.span;
    std::string handle = copy(text.slice(span.start + 1, mention.name_end));
    if (mention.is_list()) {
      analysis.lists.push_back({std::move(handle), copy(text.slice(mention.name_end, span.end)), span.start, span.end});
    } else {
      analysis.mentions.push_back({std::move(handle), "", span.start, span.end});
    }
  }
  for (const Span& url : work.entities.urls) {
    const std::string_view written = text.slice(url);
    analysis.urls.push_back({copy(written), domain_of(written), "", "", url.start, url.end});
  }
  analysis.text_reply_to = copy(text.slice(work.entities.reply));
  for (const EmojiSpan& emoji : work.emoji) {
    analysis.emoji.push_back(
        {copy(text.slice(emoji.span)), copy(emoji.sequence->name), emoji.span.start, emoji.span.end});
  }
}

void fill_language(Workspace& work, const Tweet& tweet, Profile profile, Analysis& analysis) {
  work.has_words = has_letters(work.text, work.entities);
  if (profile == Profile::fast && !tweet.lang_declared.empty() && tweet.lang_declared != "und") {
    analysis.language = tweet.lang_declared;
    analysis.language_confidence = 1;
    return;
  }
  if (!work.has_words) return;
  work.evidence.read(work.text, work.entities, work.emoji);
  const Language language = detect_language(work.evidence);
  analysis.language = language.code;
  analysis.language_confidence = language.confidence;
}

void fill_words(const std::vector<ScoredSpan>& words, Analysis& analysis) {
  constexpr std::size_t kMost = 8;
  std::vector<ScoredSpan> strongest = words;
  std::stable_sort(strongest.begin(), strongest.end(),
                   [](const ScoredSpan& a, const ScoredSpan& b) { return std::fabs(a.value) > std::fabs(b.value); });
  if (strongest.size() > kMost) strongest.resize(kMost);
  for (const ScoredSpan& word : strongest) analysis.words.push_back({word.span.start, word.span.end, word.value});
}

void fill_sentiment(const Workspace& work, Analysis& analysis) {
  constexpr double kNeutral = 0.05;
  analysis.compound = work.score.compound;
  analysis.positive = work.score.positive;
  analysis.neutral = work.score.neutral;
  analysis.negative = work.score.negative;
  if (!work.has_words) {
    analysis.abstained = "no_words";
  } else if (analysis.language != "en") {
    analysis.abstained = "unsupported_language";
  } else {
    analysis.sentiment = analysis.compound >= kNeutral    ? Sentiment::positive
                         : analysis.compound <= -kNeutral ? Sentiment::negative
                                                          : Sentiment::neutral;
    analysis.score = analysis.compound;
    analysis.sentiment_model = "rules";
    fill_words(work.score.words, analysis);
  }
}

std::string version_digits() {
  const std::uint64_t parts[] = {kRevision, kTables};
  const std::uint64_t hash = XXH3_64bits(parts, sizeof parts);
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[hash >> shift & 15];
  return digits;
}

}  // namespace

EnrichedTweet enrich(Tweet tweet, Profile profile) {
  thread_local Workspace work;
  Analysis analysis;
  work.text.read(tweet.text);
  find_entities(work.text, work.entities);
  work.emoji.clear();
  find_emoji(work.text, work.emoji);
  fill_entities(work, analysis);
  analysis.weighted_length = weigh(work.text, work.entities.weighed_urls).weighted;
  fill_language(work, tweet, profile, analysis);
  score_by_rules(work.text, work.score);
  fill_sentiment(work, analysis);
  find_keywords(work.text, work.entities, analysis.language, profile == Profile::fast, analysis.keywords);
  analysis.profile = profile == Profile::fast ? "fast" : "full";
  analysis.version = analysis_version();
  join_declared(tweet, analysis);
  return {std::move(tweet), std::move(analysis)};
}

std::string_view analysis_version() {
  static const std::string version = version_digits();
  return version;
}

}  // namespace tweetpulse
