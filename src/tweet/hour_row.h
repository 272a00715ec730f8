// How many live tweets of one source, kind, language and sentiment one hour holds: a row of tweet_aggregations.
// Threads: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "base/time.h"

namespace tweetpulse {

struct HourRow {
  Time hour{};  // UTC
  std::string source, kind, lang, sentiment;
  std::int64_t tweets = 0;
  Time changed_at{};  // of the store's clock
  auto key() const { return std::tie(hour, source, kind, lang, sentiment); }
  bool operator==(const HourRow&) const = default;
};

}  // namespace tweetpulse
