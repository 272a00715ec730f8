#include "analyze/words.h"

#include <libstemmer.h>
#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>

namespace tweetpulse {

using namespace characters;

namespace {

bool is_apostrophe(char32_t code) {
  return code == '\'' || code == 0x2019;
}

bool ends_sentence(char32_t code) {
  return code == '.' || code == '!' || code == '?' || code == ':' || code == '\n' || code == 0x2026 || code == 0x3002;
}

struct StemmerCloser {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

sb_stemmer* stemmer_for(std::string_view language) {
  struct Slot {
    std::string_view language;
    std::unique_ptr<sb_stemmer, StemmerCloser> stemmer;
  };
  thread_local std::array<Slot, 12> slots{{{"en", {}},
                                           {"es", {}},
                                           {"pt", {}},
                                           {"fr", {}},
                                           {"de", {}},
                                           {"it", {}},
                                           {"ca", {}},
                                           {"nl", {}},
                                           {"tr", {}},
                                           {"ru", {}},
                                           {"id", {}},
                                           {"sv", {}}}};
  for (Slot& slot : slots) {
    if (slot.language != language) continue;
    if (!slot.stemmer) slot.stemmer.reset(sb_stemmer_new(slot.language.data(), "UTF_8"));
    return slot.stemmer.get();
  }
  return nullptr;
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
  Piece piece;
  piece.lower = bytes_.size();
  bool lower = false;
  for (int i = span.start; i < span.end; ++i) {
    append_utf8(bytes_, is_apostrophe(text[i]) ? '\'' : lower_case(text[i]));
    lower |= text.is(i, kLower);
  }
  piece.lower_end = bytes_.size();
  word.all_capitals = word.capital && !lower && span.end - span.start > 1;
  int gap = span.start - 1;
  while (gap >= 0 && !text.is(gap, kLetter | kDigit | kMark) && !ends_sentence(text[gap])) --gap;
  word.starts_sentence = gap < 0 || ends_sentence(text.code(gap));
  if (!words_.empty()) {
    const int before = words_.back().span.end;
    word.joined = span.start == before || (span.start == before + 1 && (text[before] == ' ' || text[before] == '-'));
  }
  words_.push_back(word);
  pieces_.push_back(piece);
}

void WordList::add_plain(const Text& text, Span range) {
  for (int at = range.start; at < range.end; ++at) {
    if (!text.is(at, kLetter | kDigit)) continue;
    int end = at + 1;
    while (end < range.end && (text.is(end, kLetter | kMark | kDigit) ||
                               (is_apostrophe(text[end]) && end + 1 < range.end && text.is(end + 1, kLetter)))) {
      ++end;
    }
    add(text, {at, end}, false);
    at = end;
  }
}

// CamelCase and snake_case are several words.
void WordList::add_tag(const Text& text, Span body) {
  int start = body.start;
  for (int at = body.start + 1; at <= body.end; ++at) {
    const bool camel =
        at < body.end && text.is(at, kUpper) &&
        (text.is(at - 1, kLower) || (text.is(at - 1, kUpper) && at + 1 < body.end && text.is(at + 1, kLower)));
    if (at < body.end && text[at] != '_' && !camel) continue;
    if (at > start) add(text, {start, at}, true);
    start = at < body.end && text[at] == '_' ? at + 1 : at;
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

void WordList::stem_all(std::string_view language) {
  sb_stemmer* stemmer = stemmer_for(language);
  for (Piece& piece : pieces_) {
    piece.stem = piece.lower;
    piece.stem_end = piece.lower_end;
    if (stemmer == nullptr) continue;
    const auto* word = reinterpret_cast<const sb_symbol*>(bytes_.data() + piece.lower);
    const sb_symbol* stem = sb_stemmer_stem(stemmer, word, static_cast<int>(piece.lower_end - piece.lower));
    const auto length = static_cast<std::size_t>(sb_stemmer_length(stemmer));
    piece.stem = bytes_.size();
    bytes_.append(reinterpret_cast<const char*>(stem), length);
    piece.stem_end = bytes_.size();
  }
  const std::string_view all = bytes_;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    words_[i].lower = all.substr(pieces_[i].lower, pieces_[i].lower_end - pieces_[i].lower);
    words_[i].stem = all.substr(pieces_[i].stem, pieces_[i].stem_end - pieces_[i].stem);
  }
}

void WordList::read(const Text& text, const Entities& entities, std::string_view language) {
  words_.clear();
  pieces_.clear();
  bytes_.clear();
  const bool dictionary = language == "ja" || language == "zh" || language == "th";
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
  stem_all(language);
}

}  // namespace tweetpulse
