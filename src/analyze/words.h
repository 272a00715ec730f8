// The words of a text as keywords see them. Threads: plain values; ICU's break iterators are one a thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/entities.h"
#include "analyze/text.h"

namespace tweetpulse {

struct Word {
  Span span;
  std::size_t lower_at = 0, lower_end = 0;  // its lower case in the list's bytes
  std::uint64_t hash = 0;                   // word_hash of the lower case
  bool capital = false;                     // starts with a capital letter
  bool all_capitals = false;                // of at least two letters
  bool from_tag = false;                    // (part of) a hashtag
  bool starts_sentence = false;
  bool joined = false;  // only a space, or nothing, between it and the word before
};

class WordList {
 public:
  // Leaves out URLs and mentions. `language`: ISO 639-1 or und. Words without spaces between them are cut by ICU's
  // dictionaries; `quick`: Japanese and Chinese where the script changes.
  void read(const Text& text, const Entities& entities, std::string_view language, bool quick);
  const std::vector<Word>& words() const { return words_; }
  std::string_view lower(const Word& word) const {
    return std::string_view(bytes_).substr(word.lower_at, word.lower_end - word.lower_at);
  }

 private:
  void add(const Text& text, Span span, bool from_tag);
  void add_plain(const Text& text, Span range);
  void add_tag(const Text& text, Span body);
  void add_by_script(const Text& text, Span range);
  void add_by_dictionary(const Text& text, Span range, std::string_view language);

  std::vector<Word> words_;
  std::string bytes_;
  bool sentence_open_ = true;  // no word since the last end of a sentence
};

}  // namespace tweetpulse
