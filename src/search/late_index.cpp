#include "search/late_index.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include "base/log.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kAskAgainAfter{500};

// Opens what it holds at the first call that finds it there; one thread tries at a time, the others are not held up.
class Door {
 public:
  Door(OpenSearchIndex open, Error error)
      : open_(std::move(open)), error_(std::move(error)), next_(steady_clock::now() + kAskAgainAfter) {}

  SearchIndex* inside() {
    if (auto* index = index_.load()) return index;
    const std::unique_lock trying(trying_, std::try_to_lock);
    if (!trying || steady_clock::now() < next_) return index_.load();
    auto opened = open_();
    if (opened) {
      log::info("search", "The search server is there.", {{"adapter", std::string((*opened)->adapter())}});
      held_ = std::move(*opened);
      index_ = held_.get();
      return index_.load();
    }
    const std::lock_guard lock(mutex_);
    error_ = opened.error();
    next_ = steady_clock::now() + kAskAgainAfter;
    return nullptr;
  }
  Error error() const {
    const std::lock_guard lock(mutex_);
    return {ErrorCode::unavailable, error_.what};
  }

  template <class Work>
  auto enter(Work&& work) -> decltype(work(std::declval<SearchIndex&>())) {
    if (auto* index = inside()) return work(*index);
    return error();
  }

 private:
  OpenSearchIndex open_;
  std::mutex trying_;
  mutable std::mutex mutex_;
  Error error_;
  steady_clock::time_point next_;
  std::unique_ptr<SearchIndex> held_;
  std::atomic<SearchIndex*> index_ = nullptr;
};

class LateHours final : public HourIndex {
 public:
  explicit LateHours(Door& door) : door_(door) {}

  Result<std::vector<std::string>> versions(std::span<const HourRow> rows) override {
    return door_.enter([&](SearchIndex& index) { return index.hours()->versions(rows); });
  }
  Result<std::int64_t> put(std::span<const HourRow> rows, std::span<const std::string> versions) override {
    return door_.enter([&](SearchIndex& index) { return index.hours()->put(rows, versions); });
  }
  Result<std::vector<HourRow>> rows(const std::optional<HourRow>& after, std::size_t limit) override {
    return door_.enter([&](SearchIndex& index) { return index.hours()->rows(after, limit); });
  }

 private:
  Door& door_;
};

class LateIndex final : public SearchIndex {
 public:
  LateIndex(OpenSearchIndex open, Error error) : door_(std::move(open), std::move(error)), hours_(door_) {}

  Result<std::vector<Refused>> index(std::span<const EnrichedTweet> tweets) override {
    return door_.enter([&](SearchIndex& index) { return index.index(tweets); });
  }
  Result<> remove(std::span<const std::string> ids) override {
    return door_.enter([&](SearchIndex& index) { return index.remove(ids); });
  }
  Result<SearchPage> find(const Query& query, const FindOptions& options) override {
    return door_.enter([&](SearchIndex& index) { return index.find(query, options); });
  }
  Result<std::optional<std::pair<Time, Time>>> extent(const Query& query) override {
    return door_.enter([&](SearchIndex& index) { return index.extent(query); });
  }
  Result<std::vector<Series>> series(const Query& query, std::span<const Time> edges, std::string_view group_by,
                                     bool count_authors) override {
    return door_.enter([&](SearchIndex& index) { return index.series(query, edges, group_by, count_authors); });
  }
  Result<TopPage> top(const Query& query, const TopOptions& options) override {
    return door_.enter([&](SearchIndex& index) { return index.top(query, options); });
  }
  Result<std::map<std::string, std::int64_t>> counts(const Query& query, const TopOptions& options,
                                                     std::span<const std::string> values) override {
    return door_.enter([&](SearchIndex& index) { return index.counts(query, options, values); });
  }
  Result<std::vector<DocumentRevision>> revisions(std::string_view after_id, std::size_t limit) override {
    return door_.enter([&](SearchIndex& index) { return index.revisions(after_id, limit); });
  }
  HourIndex* hours() override { return &hours_; }
  Result<std::int64_t> change_counter() override {
    return door_.enter([&](SearchIndex& index) { return index.change_counter(); });
  }
  std::string_view adapter() const override {
    auto* index = door_.inside();
    return index == nullptr ? "elasticsearch" : index->adapter();  // whose API it will speak
  }
  Result<> ping() override {
    return door_.enter([&](SearchIndex& index) { return index.ping(); });
  }

 private:
  mutable Door door_;
  LateHours hours_;
};

}  // namespace

Result<std::unique_ptr<SearchIndex>> open_late(OpenSearchIndex open) {
  auto opened = open();
  if (opened || !opened.error().retryable()) return opened;
  log::warn("search", "The search server is away; all else goes on without it.", {{"error", opened.error().what}});
  return std::unique_ptr<SearchIndex>(std::make_unique<LateIndex>(std::move(open), opened.error()));
}

}  // namespace tweetpulse
