// Full-text and analytics questions over the enriched tweets. Writes are keyed by tweet id and ordered by revision, so
// a redelivered tweet overwrites itself and a stale one changes nothing. Threads: any method from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/ast.h"
#include "tweet/hour_row.h"
#include "tweet/tweet.h"

namespace tweetpulse {

struct Refused {
  std::size_t index = 0;  // in the batch
  std::string reason;     // this document will never be taken
};

enum class Sort { recency, oldest, relevancy, engagement };

// The last sort values of a page; opaque to callers but comparable by the index that made it.
struct SortKey {
  double weight = 0;  // relevancy, engagement; 0 for the others
  Position position;
  bool operator==(const SortKey&) const = default;
};

struct FindOptions {
  Sort sort = Sort::recency;
  std::size_t size = 20;
  std::optional<SortKey> after;     // the page behind this key
  std::optional<SortKey> before;    // the page before this key (walking back)
  bool track_total = false;         // false: count to 10,000 and say gte
  std::vector<std::string> facets;  // sentiment lang kind source hashtags mentions authors domains entities keywords
  std::size_t facet_size = 10;
};

struct ValueCount {
  std::string value;  // most frequent spelling
  std::int64_t count = 0;
};

struct SearchPage {
  std::vector<EnrichedTweet> tweets;  // without raw
  std::vector<SortKey> keys;          // one a tweet
  bool more_after = false, more_before = false;
  std::int64_t total = 0;
  bool total_exact = true;
  std::map<std::string, std::vector<ValueCount>> facets;
};

struct Mood {  // total = positive + neutral + negative + unscored
  std::int64_t positive = 0, neutral = 0, negative = 0, unscored = 0;
  double score_sum = 0;  // over the scored
  std::int64_t total() const { return positive + neutral + negative + unscored; }
};

struct Series {
  std::string name;           // value of group_by; "" without one; "other" for the rest
  std::vector<Mood> buckets;  // one for each edge but the last
};

struct TopOptions {
  std::string field = "hashtag";  // hashtag mention cashtag url domain keyword author lang person org place product
  std::size_t size = 20;
  bool count_authors = false;  // unit=authors
};
struct TopValue {
  std::string type, value;
  std::int64_t count = 0;
  Mood mood;
  std::vector<std::string> sample_ids;  // <= 3, newest first
};
struct TopPage {
  std::vector<TopValue> values;  // by count, ties by value
  std::int64_t distinct = 0, other = 0;
};

struct DocumentRevision {
  std::string id;
  std::int64_t revision = 0;  // kTombstoneRevision = removed
};

// A copy of the store's hour rows beside the documents, kept by one writer at a time. Values are absolute, never added.
class HourIndex {
 public:
  virtual ~HourIndex() = default;
  // One a row: the version of its document now; "" = there is none.
  virtual Result<std::vector<std::string>> versions(std::span<const HourRow> rows) = 0;
  // Writes each row whose document still has that version; returns how many had another. Read the versions before the
  // values: then a writer that slept can overwrite nothing newer.
  virtual Result<std::int64_t> put(std::span<const HourRow> rows, std::span<const std::string> versions) = 0;
  // In key order, after `after`.
  virtual Result<std::vector<HourRow>> rows(const std::optional<HourRow>& after, std::size_t limit) = 0;
};

class SearchIndex {
 public:
  virtual ~SearchIndex() = default;

  // Durable and searchable within the refresh interval when it returns. Tombstones for erased tweets: `removed`.
  virtual Result<std::vector<Refused>> index(std::span<const EnrichedTweet> tweets) = 0;
  // Overwrites each with a tombstone (ids of chains and authors are resolved by the index itself for actions that come
  // through index()).
  virtual Result<> remove(std::span<const std::string> ids) = 0;

  virtual Result<SearchPage> find(const Query& query, const FindOptions& options) = 0;
  // Extent of the matches in time: [first, last]; nullopt = no match.
  virtual Result<std::optional<std::pair<Time, Time>>> extent(const Query& query) = 0;
  // Counts in the buckets [edges[i], edges[i+1]). group_by: "" sentiment lang kind source author hashtag domain;
  // at most 10 series and "other". count_authors: distinct authors instead of tweets (mood only in total()).
  virtual Result<std::vector<Series>> series(const Query& query, std::span<const Time> edges, std::string_view group_by,
                                             bool count_authors) = 0;
  virtual Result<TopPage> top(const Query& query, const TopOptions& options) = 0;
  // The same counts for given values of one field (compare=previous).
  virtual Result<std::map<std::string, std::int64_t>> counts(const Query& query, const TopOptions& options,
                                                             std::span<const std::string> values) = 0;

  // For verify and the reconciler: every document, tombstones included, in byte order of id.
  virtual Result<std::vector<DocumentRevision>> revisions(std::string_view after_id, std::size_t limit) = 0;

  virtual HourIndex* hours() { return nullptr; }      // nullptr: this index needs no copy of them
  virtual Result<std::int64_t> change_counter() = 0;  // grows with every change
  virtual std::string_view adapter() const = 0;
  virtual Result<> ping() = 0;  // does what index() does, with an empty batch
};

}  // namespace tweetpulse
