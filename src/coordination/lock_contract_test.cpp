// What every Lock promises. An adapter joins with one row at the end of this file.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "coordination/adapters.h"
#include "support/private_redis.h"
#include "support/redis_cleanup.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{60'000}, kShort{30};

struct LockAdapter {
  std::string name;
  std::function<Result<std::unique_ptr<Lock>>()> make;
};
void PrintTo(const LockAdapter& adapter, std::ostream* out) {
  *out << adapter.name;
}

class LockContract : public testing::TestWithParam<LockAdapter> {
 protected:
  LockContract() : lock_(std::move(GetParam().make()).value()) {}

  std::unique_ptr<Lease> acquire(std::string_view key, std::string_view holder = "me", milliseconds lease = kLong) {
    return std::move(lock_->acquire(key, holder, lease)).value();
  }
  void wait_until_free(std::string_view key) {
    while (!lock_->holder(key).value().empty()) std::this_thread::sleep_for(milliseconds(5));
  }

  std::unique_ptr<Lock> lock_;
};

TEST_P(LockContract, HasOneHolderAtATime) {
  auto first = acquire("key");
  ASSERT_TRUE(first);
  EXPECT_FALSE(acquire("key", "you"));
}

TEST_P(LockContract, IsFreeAgainWhenTheLeaseIsGivenUp) {
  acquire("key").reset();
  EXPECT_TRUE(acquire("key"));
}

TEST_P(LockContract, KeepsKeysApart) {
  auto first = acquire("one"), second = acquire("two");
  EXPECT_TRUE(first && second);
}

TEST_P(LockContract, TellsWhoHoldsIt) {
  EXPECT_EQ(lock_->holder("key").value(), "");
  auto lease = acquire("key", "host-7 pid 42");
  EXPECT_EQ(lock_->holder("key").value(), "host-7 pid 42");
  lease.reset();
  EXPECT_EQ(lock_->holder("key").value(), "");
}

TEST_P(LockContract, GivesEachHolderAGreaterToken) {
  std::int64_t last = 0;
  for (int n = 0; n < 5; ++n) {
    const auto lease = acquire("key");
    EXPECT_GT(lease->token(), last);
    last = lease->token();
  }
}

TEST_P(LockContract, RenewsAHeldLease) {
  auto lease = acquire("key");
  EXPECT_TRUE(lease->renew());
  EXPECT_FALSE(acquire("key"));
}

TEST_P(LockContract, FallsToAnotherWhenTheLeaseIsOver) {
  auto paused = acquire("key", "paused", kShort);
  wait_until_free("key");
  auto other = acquire("key", "other");
  ASSERT_TRUE(other);
  EXPECT_FALSE(paused->renew());
  EXPECT_GT(other->token(), paused->token());
}

TEST_P(LockContract, DoesNotRenewALeaseThatIsOver) {
  auto paused = acquire("key", "paused", kShort);
  wait_until_free("key");
  EXPECT_FALSE(paused->renew());
}

TEST_P(LockContract, AnOldLeaseReleasesNothingOfItsSuccessor) {
  auto paused = acquire("key", "paused", kShort);
  wait_until_free("key");
  auto other = acquire("key", "other");
  paused.reset();
  EXPECT_EQ(lock_->holder("key").value(), "other");
}

TEST_P(LockContract, LetsOneOfManyThreadsIn) {
  std::atomic<int> inside = 0, most = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int n = 0; n < 200; ++n) {
          auto lease = acquire("key");
          if (!lease) continue;
          const int there = ++inside;
          if (there > most) most = there;
          --inside;
        }
      });
    }
  }
  EXPECT_EQ(most, 1);
}

std::vector<LockAdapter> adapters() {
  std::vector<LockAdapter> rows = {{.name = "local", .make = [] { return open(LocalLockConfig{}); }}};
  if (const auto url = server_url("REDIS"))
    rows.push_back({.name = "redis", .make = [url] {
                      return open(RedisLockConfig{{.url = *url, .ca_file = "", .prefix = fresh_prefix(*url, "lock-")}});
                    }});
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Adapters, LockContract, testing::ValuesIn(adapters()),
                         [](const auto& row) { return row.param.name; });

TEST(RedisLock, KeepsALeaseThroughAShortOutage) {
  if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  PrivateRedis server({"--appendonly", "yes", "--appendfsync", "always"});
  const auto lock = open(RedisLockConfig{{.url = server.url(), .ca_file = "", .prefix = "p"}}).value();
  const auto lease = lock->acquire("key", "me", kLong).value();
  server.kill();
  EXPECT_TRUE(lease->renew());
  EXPECT_FALSE(lock->holder("key"));
  server.start();
  EXPECT_TRUE(lease->renew());
  EXPECT_EQ(lock->holder("key").value(), "me");
}

TEST(RedisLock, LosesALeaseThatRedisForgot) {
  if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  PrivateRedis server;
  const auto lock = open(RedisLockConfig{{.url = server.url(), .ca_file = "", .prefix = "p"}}).value();
  const auto lease = lock->acquire("key", "me", kLong).value();
  server.kill();
  server.start();
  EXPECT_FALSE(lease->renew());
}

}  // namespace
}  // namespace tweetpulse
