#include <algorithm>
#include <cstddef>

#include "query/parser.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kMaxDistance = 2, kMaxNameLength = 64;

// Edits by insertion, deletion, replacement and the swap of two neighbours.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::vector<std::size_t>> rows(left.size() + 1, std::vector<std::size_t>(right.size() + 1));
  for (std::size_t i = 0; i <= left.size(); ++i) rows[i][0] = i;
  for (std::size_t j = 0; j <= right.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i)
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replace = rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, replace});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  return rows[left.size()][right.size()];
}

}  // namespace

std::string nearest(std::string_view name, std::span<const std::string_view> names) {
  if (name.size() > kMaxNameLength) return {};
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  std::string_view best;
  std::size_t least = kMaxDistance + 1;
  for (const std::string_view candidate : names) {
    const std::size_t edits = distance(lower, candidate);
    // Replacing every letter is no likeness.
    if (edits < least && edits < std::max(lower.size(), candidate.size())) {
      best = candidate;
      least = edits;
    }
  }
  return std::string(best);
}

}  // namespace tweetpulse
