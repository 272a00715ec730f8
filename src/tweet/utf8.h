// Code points of UTF-8 text, for everyone who counts offsets. Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace tweetpulse {

// Reads one code point and moves `at` behind it; bytes that are not UTF-8 give U+FFFD, one at a time.
// Requires: at < utf8.size().
char32_t next_code_point(std::string_view utf8, std::size_t& at);
void append_utf8(std::string& out, char32_t code);
bool is_ascii(std::string_view text);
// Ill-formed bytes count as one each.
int count_code_points(std::string_view text);

}  // namespace tweetpulse
