#include "store/books.h"

namespace tweetpulse {

std::int64_t Tally::refused_total() const {
  std::int64_t total = 0;
  for (const auto& [reason, lines] : refused) total += lines;
  return total;
}

Tally& Tally::operator+=(const Tally& other) {
  received += other.received;
  filtered += other.filtered;
  duplicate += other.duplicate;
  accepted += other.accepted;
  unconfirmed += other.unconfirmed;
  for (const auto& [reason, lines] : other.refused) refused[reason] += lines;
  return *this;
}

}  // namespace tweetpulse
