// Any order and any number of deliveries give the same tables; hours always equal a recount.
#include <algorithm>
#include <random>

#include "store/store_contract.h"

namespace tweetpulse {
namespace {

using Feed = std::vector<EnrichedTweet>;

class OrderContract : public StoreContract {
 protected:
  std::string tables_after(const Feed& feed, std::size_t batch_size) {
    start_empty();
    for (std::size_t i = 0; i < feed.size(); i += batch_size) {
      const auto end = std::min(feed.size(), i + batch_size);
      save(Feed(feed.begin() + static_cast<std::ptrdiff_t>(i), feed.begin() + static_cast<std::ptrdiff_t>(end)));
      expect_hours_equal_recount();
    }
    expect_books_equal_rows();
    return dump();
  }
};

INSTANTIATE_TEST_SUITE_P(All, OrderContract, testing::ValuesIn(store_adapters()),
                         [](const auto& adapter) { return adapter.param.name; });

TEST_P(OrderContract, GivesTheSameTablesSortedReversedShuffledAndTwice) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Feed feed = random_feed(seed, 120);
    const auto expected = tables_after(feed, 120);
    std::mt19937 random(seed);
    std::reverse(feed.begin(), feed.end());
    EXPECT_EQ(tables_after(feed, 17), expected);
    std::shuffle(feed.begin(), feed.end(), random);
    EXPECT_EQ(tables_after(feed, 1), expected);
    const Feed once = feed;
    feed.insert(feed.end(), once.begin(), once.end());
    std::shuffle(feed.begin(), feed.end(), random);
    EXPECT_EQ(tables_after(feed, 40), expected);
    std::stable_sort(feed.begin(), feed.end(), [](const auto& a, const auto& b) { return a.tweet.id < b.tweet.id; });
    EXPECT_EQ(tables_after(feed, 60), expected);
  }
}

TEST_P(OrderContract, KeepsHoursEqualToARecountUnderEveryAction) {
  for (std::uint32_t seed = 100; seed < 115; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Feed feed = random_feed(seed, 150);
    for (int i = 0; i < 25; ++i) {
      const auto number = static_cast<std::int64_t>(random() % 26);
      const auto second = static_cast<std::int64_t>(random() % 50);
      feed.push_back(an_action(Action::restore, std::to_string(10 + number), second));
      if (i % 8 == 0) feed.push_back(an_author_action(Action::erase_author, std::to_string(number % 5), second));
    }
    std::shuffle(feed.begin(), feed.end(), random);
    tables_after(feed, 23);
  }
}

TEST_P(OrderContract, MendsDamagedHours) {
  start({.aggregations = false});
  save(random_feed(7, 100));
  ASSERT_TRUE(store->repair_hours());
  expect_hours_equal_recount();
  EXPECT_EQ(store->recount()->tweets_in_hours, store->recount()->live_rows);
}

}  // namespace
}  // namespace tweetpulse
