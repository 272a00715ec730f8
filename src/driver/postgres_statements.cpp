#include "driver/postgres_statements.h"

namespace tweetpulse::postgres {
namespace {

// Deallocating is a trip of its own, so it is done for several at once.
constexpr std::size_t kDroppedAtOnce = 16;

}  // namespace

Statements::Use Statements::use(const std::string& text) {
  if (const auto known = by_text_.find(text); known != by_text_.end()) {
    kept_.splice(kept_.begin(), kept_, known->second);
    return {known->second->name, false};
  }
  if (kept_.size() >= kMost) {
    for (std::size_t n = 0; n < kDroppedAtOnce; ++n) {
      by_text_.erase(kept_.back().text);
      dropped_.push_back(std::move(kept_.back().name));
      kept_.pop_back();
    }
  }
  kept_.push_front({text, "tp" + std::to_string(++names_)});
  by_text_.emplace(kept_.front().text, kept_.begin());
  return {kept_.front().name, true};
}

void Statements::forget(const std::string& text) {
  const auto known = by_text_.find(text);
  if (known == by_text_.end()) return;
  const auto entry = known->second;
  by_text_.erase(known);
  kept_.erase(entry);
}

void Statements::clear() {
  by_text_.clear();
  kept_.clear();
  dropped_.clear();
}

}  // namespace tweetpulse::postgres
