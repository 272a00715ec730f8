// Whole numbers as people read them: 57,000. Threads: pure.
#pragma once

#include <cstdint>
#include <string>

namespace tweetpulse {

inline std::string thousands(std::int64_t number) {
  auto text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t place = text.size(); place > first + 3;) text.insert(place -= 3, ",");
  return text;
}

}  // namespace tweetpulse
