// What only the embedded index can be asked: its file, damaged and foreign ones, what is left of an erased text.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "driver/sqlite.h"
#include "search/adapters.h"
#include "search/sqlite_query.h"

namespace tweetpulse {
namespace {

class SqliteIndex : public testing::Test {
 protected:
  SqliteIndex() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~SqliteIndex() override { std::filesystem::remove_all(folder_); }

  Error error_of_opening() {
    const auto opened = open(SqliteIndexConfig{file_});
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
  }
  std::unique_ptr<SearchIndex> opened() { return open(SqliteIndexConfig{file_}).value(); }
  std::int64_t number(std::string_view sql) {
    auto database = sqlite::Database::open(file_).value();
    auto statement = database.prepare(sql);
    EXPECT_TRUE(statement) << statement.error().what;
    EXPECT_TRUE(statement->step());
    return statement->integer(0);
  }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("tweetpulse-sqlite-index-" + std::to_string(getpid()));
  std::filesystem::path file_ = folder_ / "search.db";
};

std::vector<EnrichedTweet> tweets(int count) {
  std::vector<EnrichedTweet> all(static_cast<std::size_t>(count));
  for (int n = 0; n < count; ++n) {
    auto& tweet = all[static_cast<std::size_t>(n)].tweet;
    tweet.id = std::to_string(n + 1);
    tweet.source = "x";
    tweet.text = "hippopotamus number " + std::to_string(n);
    tweet.created_at = from_ms(1'772'366'400'000 + n);
    tweet.author = {"7", "ada", "Ada", {}};
    all[static_cast<std::size_t>(n)].analysis.keywords = {"hippopotamus"};
  }
  return all;
}

TEST_F(SqliteIndex, SaysCorruptAndNamesTheFileWhenItIsGarbage) {
  std::ofstream(file_) << std::string(10'000, 'x');
  const Error error = error_of_opening();
  EXPECT_EQ(error.code, ErrorCode::corrupt);
  EXPECT_NE(error.what.find(file_.string()), std::string::npos) << error.what;
}

TEST_F(SqliteIndex, SaysCorruptWhenTheFileIsAnotherPrograms) {
  {
    auto other = sqlite::Database::open(file_).value();
    ASSERT_TRUE(other.execute("CREATE TABLE theirs (x)"));
  }
  const Error error = error_of_opening();
  EXPECT_EQ(error.code, ErrorCode::corrupt);
  EXPECT_NE(error.what.find(file_.string()), std::string::npos) << error.what;
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_master"), 1);
}

TEST_F(SqliteIndex, SaysCorruptWhenTheSchemaIsOfAnotherVersion) {
  opened();
  {
    auto database = sqlite::Database::open(file_).value();
    ASSERT_TRUE(database.execute("PRAGMA user_version = 99"));
  }
  EXPECT_EQ(error_of_opening().code, ErrorCode::corrupt);
}

TEST_F(SqliteIndex, SaysCorruptWhenAPageIsDamaged) {
  {
    auto index = opened();
    ASSERT_TRUE(index->index(tweets(2'000)));
  }
  number("PRAGMA wal_checkpoint(TRUNCATE)");
  {
    std::fstream out(file_, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file_));
    out.seekp(8'192);
    for (std::streamoff at = 8'192; at < size; ++at) out.put('\x5a');
  }
  const auto outcome = open(SqliteIndexConfig{file_});
  const Error error = outcome ? (*outcome)->find(Query{}, {}).error() : outcome.error();
  EXPECT_EQ(error.code, ErrorCode::corrupt) << error.what;
  EXPECT_NE(error.what.find("search.db"), std::string::npos) << error.what;
}

TEST_F(SqliteIndex, LeavesNoTextOfAnErasedTweetInItsTables) {
  auto index = opened();
  auto all = tweets(3);
  all[0].tweet.text = "rhinoceros";
  all[0].analysis.keywords = {"rhinoceros"};
  ASSERT_TRUE(index->index(all));
  const std::string id = all[0].tweet.id;
  ASSERT_TRUE(index->remove(std::span(&id, 1)));
  EXPECT_EQ(number("SELECT count(*) FROM documents WHERE packed LIKE '%rhinoceros%' OR terms LIKE '%rhinoceros%'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM tweets WHERE tweet_values LIKE '%rhinoceros%'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM tweets_fts WHERE tweets_fts MATCH 'rhinoceros OR krhinoceros'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM tweets_fts WHERE tweets_fts MATCH 'hippopotamus'"), 2);
}

TEST_F(SqliteIndex, KeepsItsFullTextTableEqualToItsDocuments) {
  auto index = opened();
  auto all = tweets(500);
  ASSERT_TRUE(index->index(all));
  for (std::size_t n = 0; n < all.size(); n += 3) {
    all[n].tweet.text += " again";
    all[n].tweet.observed_at = from_ms(1'772'366'500'000);
  }
  ASSERT_TRUE(index->index(all));
  std::vector<std::string> ids;
  for (std::size_t n = 0; n < all.size(); n += 5) ids.push_back(all[n].tweet.id);
  ASSERT_TRUE(index->remove(ids));
  auto database = sqlite::Database::open(file_).value();
  const auto checked = database.execute("INSERT INTO tweets_fts (tweets_fts, rank) VALUES ('integrity-check', 1)");
  EXPECT_TRUE(checked) << checked.error().what;
  EXPECT_EQ(number("SELECT count(*) FROM documents"), 400);
}

TEST_F(SqliteIndex, ReadsTheNewestFromAnIndexWithoutSorting) {
  opened();
  const auto selection = sqlite_search::select(Query{}, sqlite_search::Lead::text);
  auto database = sqlite::Database::open(file_).value();
  auto plan = database.prepare("EXPLAIN QUERY PLAN SELECT t.row FROM " + selection.from + " WHERE " + selection.where +
                               " AND (t.created_at, t.id) < (1, '2') ORDER BY t.created_at DESC, t.id DESC LIMIT 21");
  ASSERT_TRUE(plan) << plan.error().what;
  ASSERT_TRUE(plan->step());
  const std::string step(plan->text(3));
  EXPECT_NE(step.find("SEARCH t USING COVERING INDEX tweets_by_time"), std::string::npos) << step;
  EXPECT_FALSE(plan->step().value()) << plan->text(3);
}

TEST_F(SqliteIndex, CountsNoChangeWhenABatchComesAgain) {
  const auto index = opened();
  const auto batch = tweets(3);
  ASSERT_TRUE(index->index(batch));
  const auto counter = index->change_counter().value();
  ASSERT_TRUE(index->index(batch));
  EXPECT_EQ(index->change_counter().value(), counter);
}

}  // namespace
}  // namespace tweetpulse
