// The fold behind every comparison of words (NFKC, case, accents), with the place each folded character came from.
// Threads: pure; ICU's tables are constant data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tweetpulse {

struct FoldedChar {
  char32_t code = 0;
  int start = 0, end = 0;  // code points of the original
};

// `first`: code point that the text begins at. Ill-formed bytes count as one U+FFFD each.
void append_folded(std::vector<FoldedChar>& out, std::string_view text, int first);

bool is_ascii(std::string_view text);
// Code points, ill-formed bytes as one each.
int count_code_points(std::string_view text);
void append_utf8(std::string& out, char32_t code);
// The code point at `at`, which moves behind it.
char32_t next_code_point(std::string_view text, std::size_t& at);

}  // namespace tweetpulse
