// The words of a text as keywords see them. Threads: plain values; one ICU break iterator and stemmer a thread inside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyze/entities.h"
#include "analyze/text.h"

namespace tweetpulse {

struct Word {
  Span span;
  std::string_view lower, stem;  // into the WordList
  bool capital = false;          // starts with a capital letter
  bool all_capitals = false;     // of at least two letters
  bool from_tag = false;         // (part of) a hashtag
  bool starts_sentence = false;
  bool joined = false;  // only a space, or nothing, between it and the word before
};

class WordList {
 public:
  // Leaves out URLs and mentions. `language`: ISO 639-1 or und; it chooses stemmer and word boundaries.
  void read(const Text& text, const Entities& entities, std::string_view language);
  const std::vector<Word>& words() const { return words_; }

 private:
  struct Piece {
    std::size_t lower = 0, lower_end = 0, stem = 0, stem_end = 0;
  };
  void add(const Text& text, Span span, bool from_tag);
  void add_plain(const Text& text, Span range);
  void add_tag(const Text& text, Span body);
  void add_by_dictionary(const Text& text, Span range, std::string_view language);
  void stem_all(std::string_view language);

  std::vector<Word> words_;
  std::vector<Piece> pieces_;
  std::string bytes_;
};

}  // namespace tweetpulse
