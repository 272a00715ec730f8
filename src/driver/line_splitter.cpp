#include "driver/line_splitter.h"

#include <algorithm>

namespace tweetpulse {

void LineSplitter::give(std::string_view text, SplitLine& line) const {
  line.end = offset_;
  if (!skipping_ && text.ends_with('\r')) text.remove_suffix(1);
  line.too_long = skipping_ || text.size() > max_;
  line.text = line.too_long ? text.substr(0, kKept) : text;
}

bool LineSplitter::next(SplitLine& line) {
  if (given_) {
    begun_.clear();
    given_ = skipping_ = false;
  }
  const auto feed = piece_.find('\n');
  const std::string_view part = piece_.substr(0, feed);
  if (feed == std::string_view::npos) {
    offset_ += part.size();
    piece_ = {};
    if (!skipping_) begun_ += part;
    // One byte more than the limit may still be the carriage return of a line that is just at it.
    if (!skipping_ && begun_.size() > max_ + 1) {
      skipping_ = true;
      begun_.resize(std::min(kKept, begun_.size()));
      begun_.shrink_to_fit();
    }
    return false;
  }
  offset_ += feed + 1;
  piece_.remove_prefix(feed + 1);
  given_ = true;
  if (begun_.empty() && !skipping_) {
    give(part, line);
    return true;
  }
  if (!skipping_) begun_ += part;
  give(begun_, line);
  return true;
}

bool LineSplitter::finish(SplitLine& line) {
  if (given_) begun_.clear();
  if (begun_.empty()) return false;
  give(begun_, line);
  given_ = true;
  return true;
}

}  // namespace tweetpulse
