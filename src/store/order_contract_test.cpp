// Any order and any number of deliveries give the same tables; hours always equal a recount.
#include <algorithm>
#include <random>

#include "store/store_contract.h"

namespace tweetpulse {
namespace {

using Feed = std::vector<EnrichedTweet>;

EnrichedTweet random_post(std::mt19937& random, const std::string& id) {
  const auto pick = [&](std::int64_t below) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
  };
  // The author and the time of a post never change; what is observed of it does.
  const auto number = std::stoll(id);
  auto post = observed(a_post(id, number * 900, std::to_string(number % 5)), number * 900 + pick(6), pick(4));
  post.analysis.language = std::vector<std::string>{"en", "es", ""}[static_cast<std::size_t>(pick(3))];
  if (pick(3) == 0) post.analysis.sentiment.reset();
  if (pick(4) == 0) post.tweet.reply_to = "99";
  post.tweet.text += std::to_string(pick(3));
  post.tweet.raw = "{\"text\":\"" + post.tweet.text + "\"}";
  return post;
}

// Posts 10..29; 30..35 are chains of two; all but restore and author erasure, whose order matters by their meaning.
Feed random_feed(std::uint32_t seed, std::size_t size) {
  std::mt19937 random(seed);
  Feed feed;
  while (feed.size() < size) {
    const auto number = 10 + static_cast<std::int64_t>(random() % 26);
    const std::string id = std::to_string(number);
    const auto second = static_cast<std::int64_t>(random() % 50);
    switch (random() % 12) {
      case 0:
        feed.push_back(an_action(Action::erase, id, second));
        break;
      case 1: {
        feed.push_back(an_action(Action::withhold, id, second));
        if (second % 2 == 0) feed.back().tweet.withheld_in = {"XX"};
        break;
      }
      case 2:
        feed.push_back(an_author_action(second % 2 == 0 ? Action::hide_author : Action::show_author,
                                        std::to_string(number % 5), second));
        break;
      default: {
        auto post = random_post(random, id);
        if (number >= 30) post.tweet.edit_history = {std::to_string(number / 2 * 2)};
        if (number >= 30 && number % 2 == 1) post.tweet.edit_history.push_back(id);
        feed.push_back(std::move(post));
      }
    }
  }
  return feed;
}

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
