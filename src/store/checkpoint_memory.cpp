#include "store/checkpoint_memory.h"

#include <algorithm>
#include <random>

namespace tweetpulse {
namespace {

std::int64_t random_number() {
  std::random_device device;
  return static_cast<std::int64_t>(std::uint64_t{device()} << 30 ^ device());
}

bool is_part_of(const LedgerFigures& part, const LedgerFigures& whole) {
  return std::all_of(part.begin(), part.end(), [&](const auto& figure) {
    const auto found = whole.find(figure.first);
    return found != whole.end() && found->second >= figure.second;
  });
}

}  // namespace

CheckpointMemory::CheckpointMemory() : writer_(std::to_string(random_number())), number_(random_number()) {}

std::string CheckpointMemory::key(std::string_view source) const {
  return "checkpoint " + writer_ + " " + std::string(source);
}

std::int64_t CheckpointMemory::next_number() {
  const std::lock_guard lock(mutex_);
  return ++number_;
}

LedgerFigures CheckpointMemory::missing(std::string_view source, std::int64_t found, const LedgerFigures& figures) {
  const std::lock_guard lock(mutex_);
  const auto unknown = unknown_.find(source);
  if (unknown == unknown_.end()) return figures;
  auto& attempts = unknown->second;
  // The number is read under its lock: what did not come through by now never will.
  std::erase_if(attempts, [found](const Attempt& attempt) { return attempt.number != found; });
  auto rest = figures;
  if (attempts.empty() || !is_part_of(attempts.front().figures, figures)) return rest;
  for (const auto& [what, lines] : attempts.front().figures) rest[what] -= lines;
  std::erase_if(rest, [](const auto& figure) { return figure.second == 0; });
  return rest;
}

void CheckpointMemory::sent(std::string_view source, Attempt attempt) {
  const std::lock_guard lock(mutex_);
  unknown_[std::string(source)].push_back(std::move(attempt));
}

void CheckpointMemory::answered(std::string_view source) {
  const std::lock_guard lock(mutex_);
  if (const auto unknown = unknown_.find(source); unknown != unknown_.end()) unknown_.erase(unknown);
}

}  // namespace tweetpulse
