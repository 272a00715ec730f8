// One pass over a text: its code points with their kinds and byte offsets, shared by everything that follows.
// Threads: plain values; reading into the same object again reuses its memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tweet/utf8.h"

#include "analyze/characters.h"

namespace tweetpulse {

// Code points [start, end) of a text.
struct Span {
  int start = 0, end = 0;
  bool operator==(const Span&) const = default;
};

class Text {
 public:
  // The bytes must outlive the object. A byte that is not UTF-8 counts as one U+FFFD.
  void read(std::string_view utf8);

  int size() const { return static_cast<int>(codes_.size()); }
  char32_t operator[](int index) const { return codes_[static_cast<std::size_t>(index)]; }
  // 0 outside of the text.
  char32_t code(int index) const { return index >= 0 && index < size() ? (*this)[index] : 0; }
  unsigned kinds(int index) const { return index >= 0 && index < size() ? kinds_[static_cast<std::size_t>(index)] : 0; }
  bool is(int index, unsigned kind) const { return (kinds(index) & kind) != 0; }
  std::string_view slice(int start, int end) const {
    return bytes_.substr(byte_at(start), byte_at(end) - byte_at(start));
  }
  std::string_view slice(Span span) const { return slice(span.start, span.end); }
  std::size_t byte_at(int index) const { return bytes_at_[static_cast<std::size_t>(index)]; }
  std::string_view bytes() const { return bytes_; }
  // The union of all kinds that occur.
  unsigned seen() const { return seen_; }
  bool ascii() const { return ascii_; }

 private:
  std::string_view bytes_;
  std::vector<char32_t> codes_;
  std::vector<unsigned> kinds_;
  std::vector<std::uint32_t> bytes_at_;  // one more than code points
  unsigned seen_ = 0;
  bool ascii_ = true;
};

// Lower case of one code point by Unicode's simple mapping.
char32_t lower_case(char32_t code);

}  // namespace tweetpulse
