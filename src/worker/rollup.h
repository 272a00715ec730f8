// Copies the store's hour rows into the search index: absolute values, what changed since the last pass, all of them at
// the start and once a day. Threads: one caller at a time; a second writer elsewhere only costs work.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "search/search_index.h"
#include "store/tweet_store.h"

namespace tweetpulse {

class Rollup {
 public:
  Rollup(TweetStore& store, HourIndex& index) : store_(store), index_(index) {}
  // Returns how many rows it wrote.
  Result<std::int64_t> pass();

 private:
  struct Page {
    std::int64_t read = 0, refused = 0;
    std::optional<HourRow> last;
  };
  Result<Page> copy_page(Time since, const std::optional<HourRow>& after);

  TweetStore& store_;
  HourIndex& index_;
  std::optional<std::chrono::steady_clock::time_point> all_at_;
  Time newest_{};  // changed_at of the newest row seen
};

}  // namespace tweetpulse
