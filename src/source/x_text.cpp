#include "source/x_text.h"

#include <algorithm>
#include <tuple>

namespace tweetpulse {
namespace {

// The character of the escape that begins here and its length; '\0': none.
std::pair<char, std::size_t> escape_at(std::string_view text) {
  if (text.starts_with("&amp;")) return {'&', 5};
  if (text.starts_with("&lt;")) return {'<', 4};
  if (text.starts_with("&gt;")) return {'>', 4};
  return {'\0', 1};
}

bool begins_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

template <class Span>
void move_spans(const XText& text, std::vector<Span>& spans) {
  for (Span& span : spans) {
    if (span.start < 0) continue;
    const auto moved = text.moved(span.start, span.end);
    if (moved) std::tie(span.start, span.end) = *moved;
  }
}

}  // namespace

XText::XText(std::string_view escaped) {
  plain_.reserve(escaped.size());
  int lost = 0;
  while (!escaped.empty()) {
    const auto [character, size] = escape_at(escaped);
    if (character != '\0') {
      length_ += static_cast<int>(size);
      lost += static_cast<int>(size) - 1;
      shifts_.emplace_back(length_, lost);
      plain_ += character;
      escaped.remove_prefix(size);
      continue;
    }
    const std::string_view run = escaped.substr(0, escaped.find('&', 1));
    length_ += static_cast<int>(std::count_if(run.begin(), run.end(), begins_code_point));
    plain_ += run;
    escaped.remove_prefix(run.size());
  }
}

int XText::moved(int offset) const {
  const auto after = std::upper_bound(shifts_.begin(), shifts_.end(), offset,
                                      [](int at, const std::pair<int, int>& shift) { return at < shift.first; });
  return after == shifts_.begin() ? offset : offset - std::prev(after)->second;
}

std::optional<std::pair<int, int>> XText::moved(std::int64_t start, std::int64_t end) const {
  if (start < 0 || start >= end || end > length_) return std::nullopt;
  const std::pair span{moved(static_cast<int>(start)), moved(static_cast<int>(end))};
  // A span that cuts an escape would slice to something else.
  if (span.first >= span.second) return std::nullopt;
  return span;
}

void decode_x_escapes(Tweet& tweet) {
  if (tweet.text.find('&') == std::string::npos) return;
  XText text(tweet.text);
  move_spans(text, tweet.declared.hashtags);
  move_spans(text, tweet.declared.cashtags);
  move_spans(text, tweet.declared.mentions);
  move_spans(text, tweet.declared.urls);
  tweet.text = text.plain();
}

}  // namespace tweetpulse
