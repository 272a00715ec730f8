// The hash by which words are looked up: FNV-1a, byte by byte, so that it can grow with the word.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace tweetpulse {

inline constexpr std::uint64_t kEmptyWordHash = 14695981039346656037ULL;

inline constexpr std::uint64_t extend_word_hash(std::uint64_t hash, char byte) {
  return (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
}

inline constexpr std::uint64_t word_hash(std::string_view word) {
  std::uint64_t hash = kEmptyWordHash;
  for (const char byte : word) hash = extend_word_hash(hash, byte);
  return hash;
}

}  // namespace tweetpulse
