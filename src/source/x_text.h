// X's escaped text made plain: &amp; &lt; &gt; decoded exactly once, and the spans of entities moved with it.
// Threads: plain values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tweet/tweet.h"

namespace tweetpulse {

class XText {
 public:
  // Requires: valid UTF-8.
  explicit XText(std::string_view escaped);

  const std::string& plain() const { return plain_; }
  // A span of the escaped text, in code points, as a span of the plain one; nullopt: it does not lie in the text.
  std::optional<std::pair<int, int>> moved(std::int64_t start, std::int64_t end) const;

 private:
  int moved(int offset) const;

  std::string plain_;
  int length_ = 0;                           // of the escaped text
  std::vector<std::pair<int, int>> shifts_;  // from this escaped offset on, so many code points less
};

// For neutral lines that hold X's escaped form (text_escaping = "x"); declared spans are moved.
void decode_x_escapes(Tweet& tweet);

}  // namespace tweetpulse
