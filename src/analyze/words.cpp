#include "analyze/words.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>

#include "analyze/word_hash.h"

namespace tweetpulse {

using namespace characters;

namespace {

bool is_apostrophe(char32_t code) {
  return code == '\'' || code == 0x2019;
}

bool ends_sentence(char32_t code) {
  return code == '.' || code == '!' || code == '?' || code == ':' || code == '\n' || code == 0x2026 || code == 0x3002;
}

icu::BreakIterator* breaks_for(std::string_view language) {
  thread_local std::array<std::unique_ptr<icu::BreakIterator>, 3> iterators;
  constexpr std::array<const char*, 3> kLocales = {"ja", "zh", "th"};
  for (std::size_t i = 0; i < iterators.size(); ++i) {
    if (language != kLocales[i]) continue;
    UErrorCode error = U_ZERO_ERROR;
    if (!iterators[i]) iterators[i].reset(icu::BreakIterator::createWordInstance(kLocales[i], error));
    return U_FAILURE(error) ? nullptr : iterators[i].get();
  }
  return nullptr;
}

}  // namespace

void WordList::add(const Text& text, Span span, bool from_tag) {
  Word word;
  word.span = span;
  word.from_tag = from_tag;
  word.capital = text.is(span.start, kUpper);
  word.lower_at = bytes_.size();
  unsigned kinds = 0;
  for (int i = span.start; i < span.end; ++i) {
    kinds |= text.kinds(i);
    append_utf8(bytes_, is_apostrophe(text[i]) ? U'\'' : lower_case(text[i]));
  }
  const bool lower = (kinds & kLower) != 0;
  if (bytes_.size() > word.lower_at + 3 && bytes_.ends_with("'s")) bytes_.resize(bytes_.size() - 2);
  word.lower_end = bytes_.size();
  word.hash = word_hash(this->lower(word));
  word.all_capitals = word.capital && !lower && span.end - span.start > 1;
  word.starts_sentence = sentence_open_;
  sentence_open_ = false;
  if (!words_.empty()) {
    const int before = words_.back().span.end;
    word.joined = span.start == before || (span.start == before + 1 && (text[before] == ' ' || text[before] == '-'));
  }
  words_.push_back(word);
}

void WordList::add_plain(const Text& text, Span range) {
  for (int at = range.start; at < range.end; ++at) {
    if (!text.is(at, kLetter | kDigit)) {
      sentence_open_ |= ends_sentence(text[at]);
      continue;
    }
    int end = at + 1;
    while (end < range.end && (text.is(end, kLetter | kMark | kDigit) ||
                               (is_apostrophe(text[end]) && end + 1 < range.end && text.is(end + 1, kLetter)))) {
      ++end;
    }
    add(text, {at, end}, false);
    at = end - 1;
  }
}

// CamelCase and snake_case are several words.
void WordList::add_tag(const Text& text, Span body) {
  int start = body.start;
  for (int at = body.start + 1; at <= body.end; ++at) {
    const bool inside = at < body.end;
    const bool hump =
        inside && text.is(at, kUpper) &&
        (text.is(at - 1, kLower) || (text.is(at - 1, kUpper) && at + 1 < body.end && text.is(at + 1, kLower)));
    if (inside && text[at] != '_' && !hump) continue;
    if (at > start) add(text, {start, at}, true);
    start = inside && text[at] == '_' ? at + 1 : at;
  }
}

// Runs of one script; those in Hiragana are mostly grammar.
void WordList::add_by_script(const Text& text, Span range) {
  for (int at = range.start; at < range.end;) {
    const Script script = record_of(text[at]).script;
    const bool word = text.is(at, kLetter | kDigit);
    int end = at + 1;
    while (end < range.end && text.is(end, kLetter | kDigit | kMark) == word &&
           (!word || text[end] == 0x30FC || record_of(text[end]).script == script)) {
      ++end;
    }
    if (word && script != Script::hiragana) add(text, {at, end}, false);
    at = end;
  }
}

void WordList::add_by_dictionary(const Text& text, Span range, std::string_view language) {
  icu::BreakIterator* breaks = breaks_for(language);
  if (breaks == nullptr) return add_plain(text, range);
  const std::string_view slice = text.slice(range);
  UErrorCode error = U_ZERO_ERROR;
  UText* view = utext_openUTF8(nullptr, slice.data(), static_cast<std::int64_t>(slice.size()), &error);
  if (U_FAILURE(error)) return add_plain(text, range);
  breaks->setText(view, error);
  const std::size_t base = text.byte_at(range.start);
  int start = range.start;
  breaks->first();
  for (std::int32_t place = breaks->next(); place != icu::BreakIterator::DONE; place = breaks->next()) {
    int end = start;
    while (end < range.end && text.byte_at(end) < base + static_cast<std::size_t>(place)) ++end;
    if (breaks->getRuleStatus() >= UBRK_WORD_LETTER) add(text, {start, end}, false);
    start = end;
  }
  utext_close(view);
}

void WordList::read(const Text& text, const Entities& entities, std::string_view language, bool quick) {
  words_.clear();
  bytes_.clear();
  sentence_open_ = true;
  const bool ideographs = !text.ascii() && (language == "ja" || language == "zh");
  const bool dictionary = (!text.ascii() && language == "th") || (ideographs && !quick);
  auto url = entities.urls.begin();
  auto mention = entities.mentions.begin();
  auto tag = entities.hashtags.begin();
  for (int at = 0; at < text.size();) {
    const int next_url = url == entities.urls.end() ? text.size() : url->start;
    const int next_mention = mention == entities.mentions.end() ? text.size() : mention->span.start;
    const int next_tag = tag == entities.hashtags.end() ? text.size() : tag->start;
    const int stop = std::min({next_url, next_mention, next_tag});
    if (stop > at) {
      if (dictionary)
        add_by_dictionary(text, {at, stop}, language);
      else
        add_plain(text, {at, stop});
    }
    if (stop == text.size()) break;
    if (stop == next_url) {
      at = (url++)->end;
    } else if (stop == next_mention) {
      at = (mention++)->span.end;
    } else {
      add_tag(text, {tag->start + 1, tag->end});
      at = (tag++)->end;
    }
  }
}

}  // namespace tweetpulse
