#include "ingest/watermark.h"

namespace tweetpulse {
namespace {
constexpr std::size_t kMaxNotes = 600;  // ten minutes of lag; older ones are dropped, which only moves the mark later
}

Result<> Watermark::tick() {
  const auto cursors = books_.cursors();  // before the status: what they stand for is pushed by then
  if (!cursors) return cursors.error();
  const auto status = queue_.status();
  if (!status) return status.error();
  if (epoch_ != status->epoch) notes_.clear();  // positions of a queue that was lost mean nothing in the next
  epoch_ = status->epoch;
  std::int64_t floor = 0;
  for (const auto& group : status->groups)
    if (group.name == "persist") floor = group.floor;
  for (const auto& cursor : *cursors) {
    auto& notes = notes_[cursor.source];
    // A file that begins anew moves backwards: what was noted last counts, not whether `stored` is already there.
    if (cursor.pushed != (notes.empty() ? cursor.stored : notes.back().cursor))
      notes.push_back({status->entries_added, cursor.pushed});
    if (notes.size() > kMaxNotes) notes.pop_front();
    std::string stored;
    while (!notes.empty() && notes.front().position <= floor) {
      stored = notes.front().cursor;
      notes.pop_front();
    }
    if (stored.empty() || stored == cursor.stored) continue;
    if (auto saved = books_.set_stored(cursor.source, stored); !saved) return saved;
  }
  return {};
}

}  // namespace tweetpulse
