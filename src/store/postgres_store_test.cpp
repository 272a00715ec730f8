// What only the PostgreSQL store can be asked: killed backends, lost answers, migrations, what the server cannot hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <thread>

#include "driver/postgres.h"
#include "store/adapters.h"
#include "store/store_contract.h"
#include "support/cutting_relay.h"
#include "support/servers.h"

namespace tweetpulse {
namespace {

class PostgresStoreServer : public testing::Test {
 protected:
  void SetUp() override {
    const auto url = server_url("POSTGRES");
    if (!url) GTEST_SKIP() << "no PostgreSQL";
    schema = fresh_name("tp_store_");
    std::replace(schema.begin(), schema.end(), '-', '_');
    config.url = with_schema(*url, schema);
  }
  void TearDown() override {
    if (!schema.empty()) drop_schema(schema);
  }

  static std::vector<EnrichedTweet> posts(int from, int to) {
    std::vector<EnrichedTweet> batch;
    for (int i = from; i < to; ++i) batch.push_back(a_post(std::to_string(i), i * 60));
    return batch;
  }
  std::unique_ptr<TweetStore> opened() {
    auto store = open(config);
    if (!store) throw std::runtime_error(store.error().what);
    return std::move(*store);
  }
  std::unique_ptr<postgres::Connection> connected() {
    auto connection = postgres::Connection::open({.url = config.url});
    if (!connection) throw std::runtime_error(connection.error().what);
    return std::move(*connection);
  }
  // 20,000 rows, so that the planner chooses as it would among millions.
  void fill() {
    ASSERT_TRUE(connected()->script(
        "INSERT INTO tweets (id, state, observed, created_at, source, kind, lang, sentiment, author, handle, hidden,"
        " withheld, uncounted, packed) SELECT 'i' || n, 0, n, to_timestamp(n), 'x', 'original', 'en', 'neutral',"
        " 'a' || n % 5000, 'h' || n % 5000, false, '', false, '{}' FROM generate_series(1, 20000) AS n;"
        "ANALYZE tweets"));
  }
  std::string plan(const std::string& query) {
    std::string text;
    const auto asked = connected()->query("EXPLAIN " + query, {},
                                          [&](const postgres::Row& row) { text.append(row.text(0)).append("\n"); });
    return asked ? text : asked.error().what;
  }

  std::string schema;
  PostgresStoreConfig config;
};

TEST_F(PostgresStoreServer, RefusesRowByRowWhatItCannotHold) {
  auto batch = posts(1, 8);
  batch[1].tweet.id = std::string("a\0b", 3);
  batch[2].tweet.raw = "\xFF\xFE";
  batch[3].tweet.created_at = from_ms(std::numeric_limits<std::int64_t>::max() / 2);
  batch[4].tweet.text = "half a surrogate \xED\xA0\x80";
  const auto store = opened();
  const auto report = store->save(batch, {"w1", {"1", "2", "3", "4", "5", "6", "7"}});
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->created, 3);
  const std::vector<std::pair<std::size_t, std::string>> refused = {
      {1, "text_not_storable"}, {2, "text_not_storable"}, {3, "time_not_storable"}, {4, "text_not_storable"}};
  EXPECT_EQ(report->refused, refused);
  EXPECT_EQ(store->books().worker_totals()->done(), 3);
  EXPECT_EQ(store->recount()->rows, 3);
}

TEST_F(PostgresStoreServer, CountsTheHoursOfUtcWhateverTheZoneOfTheServer) {
  config.url += "&options=-c%20timezone%3DAsia%2FKathmandu";
  const auto store = opened();
  ASSERT_TRUE(store->save(posts(0, 200), {}));
  const auto recount = store->recount();
  EXPECT_TRUE(recount->different_hours.empty());
  EXPECT_EQ(store->hourly(Dimension::none, {}, {}, {}, 1)->front().hour, hour_of(at(0)));
}

TEST_F(PostgresStoreServer, WorksWithoutNamedStatements) {
  config.named_statements = false;
  const auto store = opened();
  ASSERT_TRUE(store->save(posts(0, 37), {"w1", {}}));
  EXPECT_EQ(store->find({.limit = 100})->size(), 37U);
}

TEST_F(PostgresStoreServer, SavesABatchOnceWhoseCommitWasNeverAnswered) {
  opened();
  const auto place = config.url.find("@127.0.0.1:");
  if (place == std::string::npos) GTEST_SKIP() << "the server is not on loopback";
  const auto from = place + 11, to = config.url.find_first_not_of("0123456789", from);
  testing_support::CuttingRelay relay("127.0.0.1", std::stoi(config.url.substr(from, to - from)), "COMMIT");
  config.url.replace(from, to - from, std::to_string(relay.port()));
  config.named_statements = false;  // so that each COMMIT is sent in its letters
  config.connections = 1;
  auto store = std::move(*open(config));
  const auto batch = posts(0, 50);
  std::vector<std::string> receipts;
  for (int i = 0; i < 50; ++i) receipts.push_back(std::to_string(i));
  relay.cut_next();
  const auto lost = store->save(batch, {"w1", receipts});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::timeout);
  EXPECT_EQ(relay.cuts(), 1);
  const auto again = store->save(batch, {"w1", receipts});
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->redelivered, 50);
  EXPECT_EQ(store->recount()->tweets_in_hours, 50);
  EXPECT_EQ(store->books().worker_totals()->created, 50);
}

TEST_F(PostgresStoreServer, HoldsEachIdOnceUnderFourWritersAndKilledBackends) {
  constexpr int kIds = 2000, kBatch = 100, kWriters = 4;
  config.application = schema;
  config.connections = 1;
  std::vector<std::unique_ptr<TweetStore>> stores;
  for (int writer = 0; writer < kWriters; ++writer) stores.push_back(opened());
  std::mutex mutex;
  std::vector<std::string> failures;
  std::atomic<int> running = kWriters;
  const auto write = [&](int writer) {
    const auto& store = stores[static_cast<std::size_t>(writer)];
    std::vector<EnrichedTweet> offered;
    // Each id is given to two of the four.
    for (int i = 0; i < kIds; ++i)
      if (i % kWriters == writer || (i + 1) % kWriters == writer)
        offered.push_back(a_post(std::to_string(i), i % 7 * 3600));
    std::shuffle(offered.begin(), offered.end(), std::mt19937(static_cast<unsigned>(writer)));
    for (std::size_t at = 0; at < offered.size(); at += kBatch) {
      const auto batch = std::span(offered).subspan(at, kBatch);
      BatchOrigin origin{"w" + std::to_string(writer), {}};
      for (std::size_t i = 0; i < batch.size(); ++i)
        origin.receipts.push_back(std::to_string(writer) + "-" + std::to_string(at + i));
      for (auto saved = store->save(batch, origin); !saved; saved = store->save(batch, origin)) {
        const std::lock_guard lock(mutex);
        failures.push_back(saved.error().what);
        ASSERT_TRUE(saved.error().retryable()) << saved.error().what;
        ASSERT_LT(failures.size(), 500U);
      }
    }
    --running;
  };
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < kWriters; ++writer) writers.emplace_back(write, writer);
    auto killer = connected();
    for (int kill = 0; kill < 20 && running > 0; ++kill) {
      std::this_thread::sleep_for(std::chrono::milliseconds(15));
      ASSERT_TRUE(
          killer->query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 ORDER BY "
                        "random() LIMIT 1",
                        postgres::Parameters::of(schema)));
    }
  }
  for (const auto& failure : failures) EXPECT_EQ(failure.find("40P01"), std::string::npos) << failure;
  const auto store = opened();
  const auto recount = store->recount();
  ASSERT_TRUE(recount);
  EXPECT_EQ(recount->rows, kIds);
  EXPECT_EQ(recount->tweets_in_hours, kIds);
  EXPECT_TRUE(recount->different_hours.empty());
  const auto totals = store->books().worker_totals();
  EXPECT_EQ(totals->created, kIds);
  EXPECT_EQ(totals->done(), 2 * kIds);
}

TEST_F(PostgresStoreServer, NeverDeadlocksWhenPostsEditsAndErasuresOverlap) {
  config.connections = 1;
  opened();
  std::mutex mutex;
  std::vector<std::string> failures;
  const auto write = [&](unsigned writer) {
    auto store = opened();
    std::mt19937 random(writer);
    for (int round = 0; round < 15; ++round) {
      auto batch = random_feed(static_cast<std::uint32_t>(random() % 3), 80);
      std::shuffle(batch.begin(), batch.end(), random);
      const auto saved = store->save(batch, {"w" + std::to_string(writer), {}});
      const std::lock_guard lock(mutex);
      if (!saved) failures.push_back(saved.error().what);
    }
  };
  {
    std::vector<std::jthread> writers;
    for (unsigned writer = 0; writer < 4; ++writer) writers.emplace_back(write, writer);
  }
  EXPECT_EQ(failures, std::vector<std::string>{});
  const auto recount = opened()->recount();
  EXPECT_TRUE(recount->different_hours.empty());
  EXPECT_EQ(recount->tweets_in_hours, recount->live_rows);
}

TEST_F(PostgresStoreServer, HidesALatePostWhileItsAuthorIsBeingErased) {
  opened();
  const auto write = [&](int from) {
    auto store = opened();
    for (int i = 0; i < 20; ++i)
      ASSERT_TRUE(store->save(std::vector{a_post(std::to_string(from + i), 0, std::to_string(i))}, {"w", {}}));
  };
  const auto erase = [&] {
    auto store = opened();
    for (int i = 0; i < 20; ++i)
      ASSERT_TRUE(store->save(std::vector{an_author_action(Action::erase_author, std::to_string(i), 5)}, {"e", {}}));
  };
  { const std::jthread one(write, 100), two(write, 200), three(erase); }
  EXPECT_TRUE(opened()->find({.limit = 100})->empty());
}

TEST_F(PostgresStoreServer, GivesUpAStatementThatRunsTooLongAndGoesOn) {
  const auto patient = opened();
  config.statement_timeout = std::chrono::milliseconds(200);
  const auto store = opened();
  auto other = connected();
  ASSERT_TRUE(other->query("BEGIN"));
  ASSERT_TRUE(other->query("LOCK TABLE tweets"));
  const auto saved = store->save(posts(0, 3), {"w1", {}});
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::unavailable);
  ASSERT_TRUE(other->query("ROLLBACK"));
  EXPECT_TRUE(store->save(posts(0, 3), {"w1", {}}));
}

TEST_F(PostgresStoreServer, MigratesOnceWhenSeveralStartAtTheSameTime) {
  std::atomic<int> applied = 0;
  {
    std::vector<std::jthread> starts;
    for (int i = 0; i < 4; ++i)
      starts.emplace_back([&] {
        const auto done = migrate(config);
        ASSERT_TRUE(done) << done.error().what;
        applied += static_cast<int>(done->size());
      });
  }
  EXPECT_EQ(applied, 2);
  EXPECT_TRUE(missing_migrations(config)->empty());
}

TEST_F(PostgresStoreServer, SaysWhichMigrationsAreMissingWithoutApplyingThem) {
  const auto missing = missing_migrations(config);
  ASSERT_TRUE(missing) << missing.error().what;
  ASSERT_EQ(missing->size(), 2U);
  EXPECT_EQ(missing->front().name, "0001_tweets");
  EXPECT_EQ(missing_migrations(config)->size(), 2U);
}

TEST_F(PostgresStoreServer, RefusesASchemaOfANewerVersionUnlessItSaysThatThisOneMayGoOn) {
  opened();
  auto connection = connected();
  ASSERT_TRUE(connection->query("INSERT INTO tweetpulse_migrations VALUES (99, '0099_future', '', 1)"));
  EXPECT_TRUE(open(config));
  ASSERT_TRUE(connection->query("UPDATE tweetpulse_migrations SET oldest_reader = NULL WHERE number = 99"));
  const auto store = open(config);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::rejected);
  EXPECT_NE(store.error().what.find("newer version"), std::string::npos);
}

TEST_F(PostgresStoreServer, RefusesAMigrationThatWasAnotherOne) {
  opened();
  ASSERT_TRUE(connected()->query("UPDATE tweetpulse_migrations SET checksum = 'x' WHERE number = 1"));
  EXPECT_EQ(open(config).error().code, ErrorCode::rejected);
}

TEST_F(PostgresStoreServer, BuriesNothingWhenATableIsGone) {
  const auto store = opened();
  ASSERT_TRUE(connected()->script("DROP TABLE tweets CASCADE"));
  const auto saved = store->save(posts(0, 2), {"w1", {}});
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::unavailable);
  EXPECT_NE(saved.error().what.find("42P01"), std::string::npos);
  const auto next_start = open(config);
  ASSERT_FALSE(next_start);
  EXPECT_EQ(next_start.error().code, ErrorCode::rejected);
}

TEST_F(PostgresStoreServer, RefusesToStartWithoutRightsAndPausesWhenTheyAreTakenLater) {
  const auto role = schema + "_user";
  opened();
  ASSERT_TRUE(connected()->script("CREATE ROLE " + role + "; GRANT USAGE ON SCHEMA " + schema + " TO " + role +
                                  "; GRANT ALL ON ALL TABLES IN SCHEMA " + schema + " TO " + role));
  const auto as_role = [&] {
    auto other = config;
    other.url += "&options=-c%20role%3D" + role;
    return open(other);
  };
  const auto store = as_role();
  ASSERT_TRUE(store) << store.error().what;
  ASSERT_TRUE(connected()->script("REVOKE ALL ON ALL TABLES IN SCHEMA " + schema + " FROM " + role));
  const auto saved = (*store)->save(posts(0, 2), {"w1", {}});
  const auto next_start = as_role();
  ASSERT_TRUE(connected()->script("DROP OWNED BY " + role + "; DROP ROLE " + role));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::unavailable);
  ASSERT_FALSE(next_start);
  EXPECT_EQ(next_start.error().code, ErrorCode::rejected);
  EXPECT_NE(next_start.error().what.find("rant"), std::string::npos) << next_start.error().what;
}

TEST_F(PostgresStoreServer, AnswersAHistoryFromItsIndexes) {
  opened();
  fill();
  const std::string select = "SELECT packed FROM tweets t WHERE t.state = 0 AND NOT t.hidden AND t.withheld = ''";
  const std::string newest = " ORDER BY t.created_at DESC, t.id DESC LIMIT 20";
  const auto by_time = plan(select + " AND (t.created_at, t.id) < ('1970-01-01 03:00:00Z', 'x')" + newest);
  EXPECT_NE(by_time.find("Index Scan Backward using tweets_by_time"), std::string::npos) << by_time;
  EXPECT_EQ(by_time.find("Sort"), std::string::npos) << by_time;
  const auto by_author = plan(select + " AND (t.author = ANY('{a7}') OR t.handle = ANY('{a7}'))" + newest);
  EXPECT_NE(by_author.find("tweets_by_author"), std::string::npos) << by_author;
  EXPECT_NE(by_author.find("tweets_by_handle"), std::string::npos) << by_author;
  const auto by_id =
      plan("SELECT t.state FROM unnest('{i1,i2}'::text[]) AS asked (id) JOIN tweets t ON t.id = asked.id");
  EXPECT_NE(by_id.find("tweets_pkey"), std::string::npos) << by_id;
  const auto walk = plan("SELECT id FROM tweets WHERE id > 'i5' ORDER BY id LIMIT 100");
  EXPECT_NE(walk.find("tweets_pkey"), std::string::npos) << walk;
}

}  // namespace
}  // namespace tweetpulse
