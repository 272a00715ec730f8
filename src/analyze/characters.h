// What each code point is: Unicode properties and twitter-text's character classes, from the generated tables.
// Threads: pure functions over constant data.
#pragma once

namespace tweetpulse::characters {

#include "character_kinds.inc"

struct CharacterRecord {
  unsigned kinds;  // the k... bits
  Script script;
};

extern const CharacterRecord kRecords[];
extern const unsigned char kBlocks[];
extern const unsigned short kRows[][256];

// Requires: a code point, at most 0x10FFFF.
inline const CharacterRecord& record_of(char32_t code) {
  return kRecords[kRows[kBlocks[code >> 8]][code & 255]];
}

inline constexpr unsigned kHashWord = kHashLetter | kHashDigit | kHashSpecial;

inline bool is_ascii_letter(char32_t code) {
  return (code | 32) >= 'a' && (code | 32) <= 'z';
}
inline bool is_ascii_digit(char32_t code) {
  return code >= '0' && code <= '9';
}
inline bool is_ascii_alnum(char32_t code) {
  return is_ascii_letter(code) || is_ascii_digit(code);
}

}  // namespace tweetpulse::characters
