#include "analyze/emoji.h"

#include <algorithm>
#include <iterator>

namespace tweetpulse {

using namespace characters;

namespace {

constexpr EmojiSequence kSequences[] = {
#include "emoji.inc"
};

constexpr char32_t kTextStyle = 0xFE0E, kEmojiStyle = 0xFE0F, kKeycap = 0x20E3;

// The sequences are sorted by bytes, so those that begin `bytes` lie before its place: the nearest of them first.
const EmojiSequence* longest(std::string_view bytes, bool weighed_only) {
  const EmojiSequence* end = std::end(kSequences);
  const auto after = [](std::string_view value, const EmojiSequence& row) { return value < row.bytes; };
  while (!bytes.empty()) {
    const EmojiSequence* place = std::upper_bound(std::begin(kSequences), end, bytes, after);
    if (place == std::begin(kSequences)) return nullptr;
    const EmojiSequence& row = *(place - 1);
    const std::size_t shared = static_cast<std::size_t>(
        std::mismatch(row.bytes.begin(), row.bytes.end(), bytes.begin(), bytes.end()).first - row.bytes.begin());
    const bool begins = shared == row.bytes.size();
    if (begins && (row.weighs_once || !weighed_only)) return &row;
    bytes = bytes.substr(0, begins ? shared - 1 : shared);
    end = place;
  }
  return nullptr;
}

// A digit, # or * is one only as a keycap.
bool may_start(const Text& text, int at) {
  if (text[at] >= 0x80) return text.is(at, kEmojiStart);
  const char32_t next = text.code(at + 1);
  return next == kEmojiStyle || next == kKeycap;
}

const EmojiSequence* sequence_at(const Text& text, int at, bool weighed_only) {
  constexpr std::size_t kLongest = 48;
  return may_start(text, at) ? longest(text.bytes().substr(text.byte_at(at), kLongest), weighed_only) : nullptr;
}

int code_points(std::string_view bytes) {
  return static_cast<int>(std::count_if(bytes.begin(), bytes.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool shown_as_text(const Text& text, int at, int end) {
  const char32_t code = text[at];
  return text.code(end) == kTextStyle || (end == at + 1 && (code == 0xA9 || code == 0xAE || code == 0x2122));
}

}  // namespace

void find_emoji(const Text& text, std::vector<EmojiSpan>& found) {
  if ((text.seen() & kEmojiStart) == 0) return;
  for (int at = 0; at < text.size(); ++at) {
    const EmojiSequence* sequence = sequence_at(text, at, false);
    if (sequence == nullptr) continue;
    const int end = at + code_points(sequence->bytes);
    if (!shown_as_text(text, at, end)) found.push_back({{at, end}, sequence});
    at = end - 1;
  }
}

int end_of_weighed_emoji(const Text& text, int at) {
  const EmojiSequence* sequence = sequence_at(text, at, true);
  return sequence == nullptr ? at : at + code_points(sequence->bytes);
}

}  // namespace tweetpulse
