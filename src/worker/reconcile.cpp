#include "worker/reconcile.h"

#include <set>

namespace tweetpulse {
namespace {

constexpr std::size_t kPage = 2'000, kExamples = 20;

Result<std::set<std::string>> dead_ids(Queue& queue, std::string_view group) {
  std::set<std::string> all;
  std::string after;
  for (;;) {
    const auto page = queue.dead_tweet_ids(group, after, kPage);
    if (!page) return page.error();
    if (page->empty()) return all;
    after = page->back();
    all.insert(page->begin(), page->end());
  }
}

// One side, read page by page in id order.
template <class Row, class Fetch>
class Walk {
 public:
  explicit Walk(Fetch fetch) : fetch_(std::move(fetch)) {}
  // The next row, or nullptr at the end.
  Result<const Row*> peek() {
    if (place_ == page_.size() && !ended_) {
      auto page = fetch_(after_, kPage);
      if (!page) return page.error();
      page_ = std::move(*page);
      place_ = 0;
      ended_ = page_.empty();
      if (!ended_) after_ = page_.back().id;
    }
    return ended_ ? nullptr : &page_[place_];
  }
  void next() { ++place_; }

 private:
  Fetch fetch_;
  std::vector<Row> page_;
  std::size_t place_ = 0;
  std::string after_;
  bool ended_ = false;
};

class Reconciliation {
 public:
  Reconciliation(TweetStore& store, SearchIndex& index, Queue& queue, Repair repair)
      : store_(store), index_(index), queue_(queue), repair_(repair) {}

  Result<Drift> run() {
    auto dead_elastic = dead_ids(queue_, "elastic");
    if (!dead_elastic) return dead_elastic.error();
    auto dead_persist = dead_ids(queue_, "persist");
    if (!dead_persist) return dead_persist.error();
    Walk<IdRevision, std::function<Result<std::vector<IdRevision>>(std::string_view, std::size_t)>> rows(
        [this](std::string_view after, std::size_t limit) { return store_.revisions(after, limit); });
    Walk<DocumentRevision, std::function<Result<std::vector<DocumentRevision>>(std::string_view, std::size_t)>>
        documents([this](std::string_view after, std::size_t limit) { return index_.revisions(after, limit); });
    for (;;) {
      const auto row = rows.peek();
      if (!row) return row.error();
      const auto document = documents.peek();
      if (!document) return document.error();
      if (!*row && !*document) break;
      const bool row_first = *row && (!*document || (*row)->id <= (*document)->id);
      const bool same = row_first && *document && (*row)->id == (*document)->id;
      if (same) {
        compare((*row)->id, (*row)->revision, (*document)->revision);
      } else if (row_first) {
        if ((*row)->revision == kTombstoneRevision ? false : !dead_elastic->contains((*row)->id)) missing((*row)->id);
      } else if ((*document)->revision != kTombstoneRevision) {
        ++drift_.documents;
        if (!dead_persist->contains((*document)->id)) unknown((*document)->id);
      }
      if (row_first) rows.next();
      if (same || !row_first) documents.next();
      if (auto flushed = flush(false); !flushed) return flushed.error();
    }
    if (auto flushed = flush(true); !flushed) return flushed.error();
    return drift_;
  }

 private:
  void example(const std::string& id) {
    if (drift_.examples.size() < kExamples) drift_.examples.push_back(id);
  }
  void compare(const std::string& id, std::int64_t row, std::int64_t document) {
    if (document != kTombstoneRevision) ++drift_.documents;
    if (row == kTombstoneRevision) ++drift_.erased;
    if (row == document) return;
    ++drift_.stale;
    example(id);
    (row == kTombstoneRevision ? to_remove_ : to_index_).push_back(id);
  }
  void missing(const std::string& id) {
    ++drift_.missing;
    example(id);
    to_index_.push_back(id);
  }
  void unknown(const std::string& id) {
    ++drift_.unknown;
    example(id);
    unknown_.push_back(id);
  }
  Result<> flush(bool all) {
    if (repair_ == Repair::none) {
      to_index_.clear();
      to_remove_.clear();
      unknown_.clear();
      return {};
    }
    if (!to_index_.empty() && (all || to_index_.size() >= kPage)) {
      const auto tweets = store_.tweets(to_index_);
      if (!tweets) return tweets.error();
      const auto indexed = index_.index(*tweets);
      if (!indexed) return indexed.error();
      to_index_.clear();
    }
    if (repair_ == Repair::refill) unknown_.clear();
    to_remove_.insert(to_remove_.end(), unknown_.begin(), unknown_.end());
    unknown_.clear();
    if (!to_remove_.empty() && (all || to_remove_.size() >= kPage)) {
      if (auto removed = index_.remove(to_remove_); !removed) return removed;
      to_remove_.clear();
    }
    return {};
  }

  TweetStore& store_;
  SearchIndex& index_;
  Queue& queue_;
  const Repair repair_;
  Drift drift_;
  std::vector<std::string> to_index_, to_remove_, unknown_;
};

}  // namespace

Result<Drift> reconcile(TweetStore& store, SearchIndex& index, Queue& queue, Repair repair) {
  return Reconciliation(store, index, queue, repair).run();
}

}  // namespace tweetpulse
