// What only the SQLite store can be asked: damaged files, a full disk, several processes.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <random>

#include "driver/sqlite.h"
#include "store/adapters.h"
#include "store/sqlite_database.h"
#include "store/store_contract.h"

namespace tweetpulse {
namespace {

class SqliteStoreFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("tweetpulse_store_file_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    file = folder_ / "store.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::vector<EnrichedTweet> posts(int from, int to) {
    std::vector<EnrichedTweet> batch;
    for (int i = from; i < to; ++i) batch.push_back(a_post(std::to_string(i), i));
    return batch;
  }
  std::unique_ptr<TweetStore> opened() {
    auto store = open(SqliteStoreConfig{file, true, ""});
    EXPECT_TRUE(store) << store.error().what;
    return std::move(*store);
  }

  // Every table but what the clock and the order of rows alone decide; hour rows of 0 left out.
  std::string tables() {
    constexpr std::array kQueries = {
        "SELECT json_array(id, state, observed, created_at, source, kind, lang, sentiment, author, handle, alias, "
        "hidden,"
        " withheld, marked, marked_at, erased_at, restored_at, removed_at) FROM tweets ORDER BY id",
        "SELECT json_array(t.id, json_remove(b.packed, '$.received_at'), b.raw) FROM tweet_bodies b"
        " JOIN tweets t USING (number) ORDER BY t.id",
        "SELECT json_array(id, fingerprint, revision, json_remove(packed, '$.received_at')) FROM tweet_revisions"
        " ORDER BY id, fingerprint",
        "SELECT json_array(id, chain, place, stated) FROM chains ORDER BY id",
        "SELECT json_array(author, erased_at, hidden, hidden_at, withheld, withheld_at) FROM author_marks ORDER BY "
        "author",
        "SELECT json_array(hour, source, kind, lang, sentiment, tweets) AS line FROM tweet_aggregations"
        " WHERE tweets <> 0 ORDER BY line"};
    std::string text;
    auto database = sqlite::Database::open(file);
    for (const char* query : kQueries) {
      auto statement = database->prepare(query);
      EXPECT_TRUE(statement) << statement.error().what;
      while (*statement->step()) {
        text.append(statement->text(0)).append("\n");
      }
    }
    return text;
  }

  std::filesystem::path file;

 private:
  std::filesystem::path folder_;
};

TEST_F(SqliteStoreFile, NamesADamagedFileInsteadOfStartingEmpty) {
  ASSERT_TRUE(opened()->save(posts(0, 100), {}));
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes << std::string(200, 'x');
  bytes.close();
  const auto store = open(SqliteStoreConfig{file, true, ""});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::corrupt);
  EXPECT_NE(store.error().what.find(file.string()), std::string::npos);
}

TEST_F(SqliteStoreFile, NamesACutFile) {
  ASSERT_TRUE(opened()->save(posts(0, 500), {}));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  const auto store = open(SqliteStoreConfig{file, true, ""});
  const auto found = store ? (*store)->find({.limit = 1000}).has_value() : false;
  EXPECT_FALSE(found);
}

TEST_F(SqliteStoreFile, RefusesTheFileOfAnotherProgram) {
  {
    auto other = sqlite::Database::open(file);
    ASSERT_TRUE(other && other->execute("CREATE TABLE theirs (x)"));
  }
  const auto store = open(SqliteStoreConfig{file, true, ""});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::rejected);
}

TEST_F(SqliteStoreFile, OpensWhatANewerVersionHasOnlyAddedTo) {
  opened();
  {
    auto newer = sqlite::Database::open(file);
    ASSERT_TRUE(newer && newer->execute("CREATE TABLE added (x); PRAGMA user_version = 99"));
  }
  EXPECT_TRUE(opened()->save(posts(0, 2), {}));
  {
    auto newer = sqlite::Database::open(file);
    ASSERT_TRUE(newer && newer->execute("UPDATE numbers SET value = 99 WHERE name = 'oldest_reader'"));
  }
  const auto store = open(SqliteStoreConfig{file, true, ""});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::rejected);
}

TEST_F(SqliteStoreFile, RefusesACountryThatIsNone) {
  const auto store = open(SqliteStoreConfig{file, true, "de'"});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::rejected);
}

// prlimit stands for a full disk: the file cannot grow beyond it.
TEST_F(SqliteStoreFile, SavesNothingOfABatchWithoutRoomAndGoesOnWithRoom) {
  auto database = open_sqlite_database({.file = file});
  ASSERT_TRUE(database);
  const auto insert = [&](int rows) {
    return (*database)->write([&](Sql& sql) {
      for (int i = 0; i < rows; ++i) {
        sql.run("INSERT INTO settings (name, json) VALUES ($1, $2)", std::to_string(i), std::string(5000, 'x'));
      }
    });
  };
  const auto limit = [&](int pages) {
    return (*database)->write([&](Sql& sql) { sql.run("PRAGMA max_page_count = " + std::to_string(pages)); });
  };
  ASSERT_TRUE(limit(60));
  const auto full = insert(200);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::unavailable);
  EXPECT_NE(full.error().what.find("free room"), std::string::npos);
  const auto kept = (*database)->read([](Sql& sql) {
    std::int64_t rows = -1;
    sql.each("SELECT count(*) FROM settings", [&](const SqlRow& row) { rows = row.integer(0); });
    return rows;
  });
  EXPECT_EQ(*kept, 0);
  ASSERT_TRUE(limit(100'000));
  EXPECT_TRUE(insert(200));
}

TEST_F(SqliteStoreFile, TakesBatchesFromSeveralProcessesAtOnce) {
  opened();
  constexpr int kProcesses = 3, kBatches = 8;
  std::vector<pid_t> children;
  for (int child = 0; child < kProcesses; ++child) {
    const pid_t pid = ::fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      auto store = open(SqliteStoreConfig{file, true, ""});
      bool good = store.has_value();
      for (int i = 0; good && i < kBatches; ++i) {
        const BatchOrigin origin{"w" + std::to_string(child), std::vector<std::string>(50, std::to_string(i))};
        good = (*store)->save(posts(i * 25, i * 25 + 50), origin).has_value();
      }
      ::_exit(good ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
  }
  const auto recount = opened()->recount();
  EXPECT_EQ(recount->rows, (kBatches - 1) * 25 + 50);
  EXPECT_TRUE(recount->different_hours.empty());
  EXPECT_EQ(opened()->books().worker_totals()->created, recount->rows);
}

TEST_F(SqliteStoreFile, HoldsTheSameTablesAfterAnyOrderOfDelivery) {
  const auto tables_after = [&](const std::vector<EnrichedTweet>& feed, std::size_t batch) {
    std::filesystem::remove_all(file.parent_path());
    auto store = opened();
    for (std::size_t i = 0; i < feed.size(); i += batch) {
      EXPECT_TRUE(store->save(std::span(feed).subspan(i, std::min(batch, feed.size() - i)), {}));
    }
    store.reset();
    return tables();
  };
  for (std::uint32_t seed = 50; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    auto feed = random_feed(seed, 150);
    const auto expected = tables_after(feed, 150);
    EXPECT_GT(expected.size(), 3000U);
    std::reverse(feed.begin(), feed.end());
    EXPECT_EQ(tables_after(feed, 11), expected);
    feed.insert(feed.end(), feed.begin(), feed.begin() + 100);
    std::shuffle(feed.begin(), feed.end(), std::mt19937(seed));
    EXPECT_EQ(tables_after(feed, 30), expected);
  }
}

TEST_F(SqliteStoreFile, GivesEachQueryItsIndex) {
  auto database = open_sqlite_database({.file = file});
  ASSERT_TRUE(database);
  const auto plan = [&](const std::string& query) {
    std::string text;
    (void)(*database)->read([&](Sql& sql) {
      sql.each("EXPLAIN QUERY PLAN " + query, [&](const SqlRow& row) { text.append(row.text(3)).append("; "); });
    });
    return text;
  };
  const std::string from = "SELECT t.id FROM tweets t JOIN tweet_bodies b ON b.number = t.number WHERE t.state = 0";
  const std::string order = " ORDER BY t.created_at DESC, t.id DESC LIMIT 5";
  const auto by_time = plan(from + " AND (t.created_at, t.id) < (5, 'x')" + order);
  EXPECT_NE(by_time.find("tweets_by_time"), std::string::npos) << by_time;
  EXPECT_EQ(by_time.find("TEMP B-TREE"), std::string::npos) << by_time;
  const auto by_author = plan(from + " AND (t.author IN ('1') OR t.handle IN ('1'))" + order);
  EXPECT_NE(by_author.find("tweets_by_handle"), std::string::npos) << by_author;
}

}  // namespace
}  // namespace tweetpulse
