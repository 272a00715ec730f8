// What every LiveFeed promises. An adapter joins with one row at the end of this file.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "feed/adapters.h"
#include "support/private_redis.h"
#include "support/servers.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct LiveFeedAdapter {
  std::string name;
  std::function<Result<std::unique_ptr<LiveFeed>>()> make;
};
void PrintTo(const LiveFeedAdapter& adapter, std::ostream* out) {
  *out << adapter.name;
}

FeedEvent tweet_event(const std::string& id) {
  auto tweet = std::make_shared<EnrichedTweet>();
  tweet->tweet.id = id;
  tweet->tweet.source = "simulator";
  tweet->tweet.text = "text of " + id;
  tweet->tweet.created_at = from_ms(1'700'000'000'000);
  tweet->tweet.received_at = from_ms(1'700'000'000'000);
  tweet->analysis.language = "en";
  return {.type = FeedEvent::Type::tweet, .tweet = tweet, .id = {}};
}

// Keeps what it was told.
class Notebook {
 public:
  LiveFeed::Watcher watcher() {
    return [this](std::span<const FeedEvent> events) {
      const std::lock_guard lock(mutex_);
      events_.insert(events_.end(), events.begin(), events.end());
    };
  }
  std::vector<FeedEvent> events() {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  bool comes_to(std::size_t count) {
    const auto deadline = steady_clock::now() + std::chrono::seconds(20);
    while (events().size() < count && steady_clock::now() < deadline) std::this_thread::sleep_for(milliseconds(2));
    return events().size() == count;
  }

 private:
  std::mutex mutex_;
  std::vector<FeedEvent> events_;
};

class LiveFeedContract : public testing::TestWithParam<LiveFeedAdapter> {
 protected:
  LiveFeedContract() : feed_(std::move(GetParam().make()).value()) {}

  std::unique_ptr<LiveFeed::Subscription> subscribe(LiveFeed::Watcher watcher) {
    return std::move(feed_->subscribe(std::move(watcher))).value();
  }
  void publish(const std::vector<FeedEvent>& events) {
    auto published = feed_->publish(events);
    EXPECT_TRUE(published) << published.error().what;
  }

  std::unique_ptr<LiveFeed> feed_;
};

TEST_P(LiveFeedContract, TellsEveryWatcherInOrder) {
  Notebook one, two;
  const auto first = subscribe(one.watcher()), second = subscribe(two.watcher());
  publish({tweet_event("a:1"), {.type = FeedEvent::Type::removed, .tweet = nullptr, .id = "a:0"}});
  publish({tweet_event("a:2")});
  for (auto* notebook : {&one, &two}) {
    ASSERT_TRUE(notebook->comes_to(3));
    const auto events = notebook->events();
    EXPECT_EQ(*events[0].tweet, *tweet_event("a:1").tweet);
    EXPECT_EQ(events[1].type, FeedEvent::Type::removed);
    EXPECT_EQ(events[1].id, "a:0");
    EXPECT_EQ(events[2].tweet->tweet.id, "a:2");
  }
}

TEST_P(LiveFeedContract, TakesEventsThatNobodyWatches) {
  publish({tweet_event("a:1")});
  Notebook late;
  const auto subscription = subscribe(late.watcher());
  publish({tweet_event("a:2")});
  ASSERT_TRUE(late.comes_to(1));
  EXPECT_EQ(late.events()[0].tweet->tweet.id, "a:2");
}

TEST_P(LiveFeedContract, SaysNothingOfAnEmptyBatch) {
  Notebook notebook;
  const auto subscription = subscribe(notebook.watcher());
  publish({});
  publish({tweet_event("a:1")});
  EXPECT_TRUE(notebook.comes_to(1));
}

TEST_P(LiveFeedContract, TellsNothingAfterTheSubscriptionEnded) {
  Notebook gone, stays;
  auto ending = subscribe(gone.watcher());
  const auto staying = subscribe(stays.watcher());
  ending.reset();
  publish({tweet_event("a:1")});
  EXPECT_TRUE(stays.comes_to(1));
  EXPECT_TRUE(gone.events().empty());
}

TEST_P(LiveFeedContract, NeverCallsAfterTheEndWhileOthersPublish) {
  std::atomic<bool> stop = false;
  std::jthread publisher([&] {
    while (!stop) publish({tweet_event("a:1")});
  });
  for (int n = 0; n < 200; ++n) {
    auto alive = std::make_unique<std::atomic<bool>>(true);
    auto subscription = subscribe([&flag = *alive](std::span<const FeedEvent>) { EXPECT_TRUE(flag); });
    if (n % 2 == 0) std::this_thread::yield();
    subscription.reset();
    *alive = false;
    alive.reset();
  }
  stop = true;
}

TEST_P(LiveFeedContract, LosesNothingOfSeveralPublishers) {
  Notebook notebook;
  const auto subscription = subscribe(notebook.watcher());
  {
    std::vector<std::jthread> publishers;
    for (int p = 0; p < 4; ++p) {
      publishers.emplace_back([&] {
        for (int n = 0; n < 100; ++n) publish({tweet_event("a:1")});
      });
    }
  }
  EXPECT_TRUE(notebook.comes_to(400));
}

std::vector<LiveFeedAdapter> adapters() {
  std::vector<LiveFeedAdapter> rows = {{.name = "local", .make = [] { return open(LocalFeedConfig{}); }}};
  if (const auto url = server_url("REDIS"))
    rows.push_back({.name = "redis", .make = [url] {
                      return open(RedisFeedConfig{.url = *url, .ca_file = "", .channel = fresh_name("feed-")});
                    }});
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Adapters, LiveFeedContract, testing::ValuesIn(adapters()),
                         [](const auto& row) { return row.param.name; });

TEST(RedisFeed, IsHeardAgainAfterTheServerCameBack) {
  if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  PrivateRedis server;
  auto feed = std::move(open(RedisFeedConfig{.url = server.url(), .ca_file = ""})).value();
  Notebook notebook;
  const auto subscription = std::move(feed->subscribe(notebook.watcher())).value();
  const std::vector<FeedEvent> events = {tweet_event("a:1")};
  server.kill();
  EXPECT_FALSE(feed->publish(events));
  server.start();
  for (int n = 0; n < 400 && notebook.events().empty(); ++n) {
    EXPECT_TRUE(feed->publish(events));
    std::this_thread::sleep_for(milliseconds(25));
  }
  EXPECT_FALSE(notebook.events().empty());
}

TEST(RedisFeed, SplitsWhatIsTooMuchForOneMessage) {
  if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  const PrivateRedis server;
  auto feed = std::move(open(RedisFeedConfig{.url = server.url(), .ca_file = ""})).value();
  const auto session = Redis::open({.url = server.url()}).value()->session("").value();
  ASSERT_TRUE(session->call({"SUBSCRIBE", "tweets:live"}, milliseconds(5'000)));
  auto big = std::make_shared<EnrichedTweet>(*tweet_event("a:1").tweet);
  big->tweet.text = std::string(200'000, 'x');
  const std::vector<FeedEvent> events(10, {.type = FeedEvent::Type::tweet, .tweet = big, .id = {}});
  ASSERT_TRUE(feed->publish(events));
  std::size_t bytes = 0;
  while (bytes < 2'000'000) {
    const auto message = session->next(milliseconds(10'000)).value();
    ASSERT_EQ(message.list.size(), 3u);
    EXPECT_LT(message.list[2].text.size(), 1'000'000u);
    bytes += message.list[2].text.size();
  }
}

TEST(LocalFeed, LetsAWatcherEndItsOwnSubscription) {
  auto feed = std::move(open(LocalFeedConfig{})).value();
  std::unique_ptr<LiveFeed::Subscription> subscription;
  int calls = 0;
  subscription = std::move(feed->subscribe([&](std::span<const FeedEvent>) {
                   ++calls;
                   subscription.reset();
                 })).value();
  const std::vector<FeedEvent> events = {tweet_event("a:1")};
  EXPECT_TRUE(feed->publish(events));
  EXPECT_TRUE(feed->publish(events));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace tweetpulse
