// A real store that fails on command: fail_next(n) makes the next n calls of save() unavailable, damage() all of them
// corrupt, reject(id) makes every batch with that id rejected. Threads: as the store that it wraps; set faults from one
// thread.
#pragma once

#include <atomic>
#include <set>
#include <string>

#include "store/books.h"
#include "store/tweet_store.h"

namespace tweetpulse::testing_support {

class FaultyStore final : public TweetStore {
 public:
  explicit FaultyStore(TweetStore& inner) : inner_(inner) {}
  void fail_next(int calls) { failing_ = calls; }
  void damage() { damaged_ = true; }
  void fail_contains(bool fail) { contains_fails_ = fail; }
  void reject(std::string id) { rejected_.insert(std::move(id)); }
  int saves() const { return saves_; }

  Result<SaveReport> save(std::span<const EnrichedTweet> batch, const BatchOrigin& origin) override {
    ++saves_;
    if (damaged_) return Error{ErrorCode::corrupt, "The store is damaged."};
    if (failing_ > 0) {
      --failing_;
      return Error{ErrorCode::unavailable, "The store is away."};
    }
    for (const auto& tweet : batch)
      if (rejected_.contains(tweet.tweet.id)) return Error{ErrorCode::rejected, "A value that no column takes."};
    return inner_.save(batch, origin);
  }
  Result<std::vector<Held>> contains(std::span<const Tweet> tweets) override {
    if (contains_fails_) return Error{ErrorCode::unavailable, "The store is away."};
    return inner_.contains(tweets);
  }
  Result<std::vector<bool>> erased_authors(std::span<const Tweet> tweets) override {
    return inner_.erased_authors(tweets);
  }
  Result<std::vector<EnrichedTweet>> tweets(std::span<const std::string> ids) override { return inner_.tweets(ids); }
  Result<std::vector<EnrichedTweet>> find(const TweetFilter& filter) override { return inner_.find(filter); }
  Result<std::string> raw(std::string_view id) override { return inner_.raw(id); }
  Result<std::optional<Position>> position(std::string_view id) override { return inner_.position(id); }
  Result<std::vector<HourCount>> hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                        const std::optional<HourCount>& after, std::size_t limit) override {
    return inner_.hourly(dimension, from, to, after, limit);
  }
  Result<std::vector<HourRow>> hour_rows(Time since, const std::optional<HourRow>& after, std::size_t limit) override {
    return inner_.hour_rows(since, after, limit);
  }
  Result<std::vector<IdRevision>> revisions(std::string_view after_id, std::size_t limit) override {
    return inner_.revisions(after_id, limit);
  }
  Result<std::int64_t> rows() override { return inner_.rows(); }
  Result<Recount> recount() override { return inner_.recount(); }
  Result<> repair_hours() override { return inner_.repair_hours(); }
  Result<std::int64_t> change_counter() override { return inner_.change_counter(); }
  Books& books() override { return inner_.books(); }
  std::string_view adapter() const override { return inner_.adapter(); }
  Result<> ping() override { return inner_.ping(); }

 private:
  TweetStore& inner_;
  std::atomic<int> failing_ = 0, saves_ = 0;
  std::atomic<bool> contains_fails_ = false, damaged_ = false;
  std::set<std::string> rejected_;
};

}  // namespace tweetpulse::testing_support
