// What the suites over all SearchIndex adapters share: the fixture, tweets made by hand, questions as text.
// An adapter joins with one row in search_contract_test.cpp. Threads: the test's.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "search/search_index.h"

namespace tweetpulse::search_contract {

using Ids = std::vector<std::string>;
using Tweets = std::vector<EnrichedTweet>;

// One index, empty at first, that outlives its openings.
class SearchPlace {
 public:
  virtual ~SearchPlace() = default;
  virtual Result<std::unique_ptr<SearchIndex>> open() = 0;
  virtual void settle() {}  // until everything written can be found
};

struct SearchAdapter {
  std::string name;
  std::function<std::unique_ptr<SearchPlace>()> make;
};
void PrintTo(const SearchAdapter& adapter, std::ostream* out);

// 2026-03-01T12:00:00Z and so many seconds.
Time at(int seconds);
// A post of author 7 @ada, English and unscored, whose place in time follows its number.
EnrichedTweet post(int number, std::string_view text = "some words");
std::string id_of(int number);
EnrichedTweet with(EnrichedTweet tweet, const std::function<void(EnrichedTweet&)>& change);
EnrichedTweet action(Action kind, std::string_view id, int seconds);
EnrichedTweet author_action(Action kind, std::string_view author, int seconds);
Query question(std::string_view text);
std::string name_of(const testing::TestParamInfo<SearchAdapter>& info);

class SearchContract : public testing::TestWithParam<SearchAdapter> {
 protected:
  SearchContract();
  void reopen();
  std::vector<Refused> index(const Tweets& tweets);
  void remove(const Ids& ids);
  SearchPage find(std::string_view text, const FindOptions& options = {});
  // All matches, sorted by id.
  Ids found(std::string_view text);
  Ids found(const Query& query);
  Ids revisions();  // id@revision, "@removed" for tombstones
  std::int64_t changes();
  SearchIndex& place() { return *index_; }

 private:
  std::unique_ptr<SearchPlace> place_;
  std::unique_ptr<SearchIndex> index_;
};

}  // namespace tweetpulse::search_contract
