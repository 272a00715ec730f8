#include "analyze/text.h"

#include <unicode/uchar.h>

namespace tweetpulse {

char32_t lower_case(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  return static_cast<char32_t>(u_tolower(static_cast<UChar32>(code)));
}

void Text::read(std::string_view utf8) {
  bytes_ = utf8;
  codes_.resize(utf8.size());
  kinds_.resize(utf8.size());
  bytes_at_.resize(utf8.size() + 1);
  seen_ = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < utf8.size(); ++count) {
    bytes_at_[count] = static_cast<std::uint32_t>(at);
    const char32_t code = next_code_point(utf8, at);
    codes_[count] = code;
    seen_ |= kinds_[count] = characters::record_of(code).kinds;
  }
  bytes_at_[count] = static_cast<std::uint32_t>(utf8.size());
  ascii_ = count == utf8.size();
  codes_.resize(count);
  kinds_.resize(count);
  bytes_at_.resize(count + 1);
}

}  // namespace tweetpulse
