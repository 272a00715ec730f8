#include "driver/sqlite.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

namespace tweetpulse::sqlite {
namespace {

class Sqlite : public testing::Test {
 protected:
  void SetUp() override {
    static std::atomic<int> number{0};
    const auto name = "tweetpulse_sqlite_" + std::to_string(::getpid()) + "_" + std::to_string(++number);
    folder = std::filesystem::temp_directory_path() / name;
    std::filesystem::remove_all(folder);
    file = folder / "some.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  Database opened(const OpenOptions& options = {}) {
    auto database = Database::open(file, options);
    EXPECT_TRUE(database) << database.error().what;
    return std::move(*database);
  }
  static std::int64_t count(Database& database, std::string_view table) {
    auto statement = database.prepare("SELECT count(*) FROM " + std::string(table));
    EXPECT_TRUE(statement && *statement->step());
    return statement->integer(0);
  }
  void damage(const std::filesystem::path& path, std::streamoff offset, const std::string& bytes) {
    std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(offset);
    stream << bytes;
  }

  std::filesystem::path folder, file;
};

TEST_F(Sqlite, CreatesFileAndFolderInWalMode) {
  auto database = opened();
  auto mode = database.prepare("PRAGMA journal_mode");
  ASSERT_TRUE(mode && *mode->step());
  EXPECT_EQ(mode->text(0), "wal");
}

TEST_F(Sqlite, SyncsEachCommitUnlessToldOtherwise) {
  const auto level = [](Database database) {
    auto statement = database.prepare("PRAGMA synchronous");
    return statement && *statement->step() ? statement->integer(0) : -1;
  };
  EXPECT_EQ(level(opened()), 2);
  EXPECT_EQ(level(opened({.full_sync = false})), 1);
}

TEST_F(Sqlite, GivesBackEachKindOfValue) {
  auto database = opened();
  ASSERT_TRUE(database.execute("CREATE TABLE t (a, b, c, d, e)"));
  const std::string text("\0caf\u00e9", 6);
  {
    auto insert = database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
    ASSERT_TRUE(insert);
    insert->bind(1, std::int64_t{1} << 60).bind(2, 0.5).bind(3, text).bind_blob(4, text);
    ASSERT_TRUE(insert->bind(5, std::optional<std::int64_t>()).run());
  }
  auto row = database.prepare("SELECT * FROM t");
  ASSERT_TRUE(row && *row->step());
  EXPECT_EQ(row->integer(0), std::int64_t{1} << 60);
  EXPECT_EQ(row->real(1), 0.5);
  EXPECT_EQ(row->text(2), text);
  EXPECT_EQ(row->text(3), text);
  EXPECT_TRUE(row->is_null(4));
  EXPECT_FALSE(*row->step());
}

TEST_F(Sqlite, TakesAnEmptyTextForTextAndNotForNull) {
  auto database = opened();
  auto statement = database.prepare("SELECT ? IS NULL");
  ASSERT_TRUE(statement);
  ASSERT_TRUE(*statement->bind(1, std::string_view()).step());
  EXPECT_EQ(statement->integer(0), 0);
}

TEST_F(Sqlite, ForgetsTheValuesOfAKeptStatement) {
  auto database = opened();
  const std::string_view text = "SELECT ?";
  ASSERT_TRUE(database.prepare(text)->bind(1, 7).step());
  auto again = database.prepare(text);
  ASSERT_TRUE(*again->step());
  EXPECT_TRUE(again->is_null(0));
}

TEST_F(Sqlite, LendsTheSameTextTwiceAtOnce) {
  auto database = opened();
  auto outer = database.prepare("SELECT ?");
  auto inner = database.prepare("SELECT ?");
  ASSERT_TRUE(*outer->bind(1, 1).step() && *inner->bind(1, 2).step());
  EXPECT_EQ(outer->integer(0), 1);
  EXPECT_EQ(inner->integer(0), 2);
}

TEST_F(Sqlite, RollsBackWhenTheWorkFails) {
  auto database = opened();
  ASSERT_TRUE(database.execute("CREATE TABLE t (a)"));
  const auto result = database.transaction([&]() -> Result<> {
    if (auto inserted = database.execute("INSERT INTO t VALUES (1)"); !inserted) return inserted;
    return Error{ErrorCode::rejected, "no"};
  });
  EXPECT_EQ(result.error().what, "no");
  EXPECT_EQ(count(database, "t"), 0);
  ASSERT_TRUE(database.transaction([&] { return database.execute("INSERT INTO t VALUES (1)"); }));
  EXPECT_EQ(count(database, "t"), 1);
}

TEST_F(Sqlite, SeesThatAnotherConnectionHasCommitted) {
  auto one = opened(), two = opened();
  const auto before = one.data_version();
  EXPECT_EQ(*one.data_version(), *before);
  ASSERT_TRUE(two.execute("CREATE TABLE t (a)"));
  EXPECT_NE(*one.data_version(), *before);
}

TEST_F(Sqlite, SaysUnavailableWhenAnotherWriterHoldsTheFile) {
  auto one = opened(), two = opened({.busy_timeout = std::chrono::milliseconds(1)});
  ASSERT_TRUE(one.execute("BEGIN IMMEDIATE"));
  const auto busy = two.execute("BEGIN IMMEDIATE");
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, ErrorCode::unavailable);
  EXPECT_NE(busy.error().what.find(file.string()), std::string::npos);
}

TEST_F(Sqlite, SaysUnavailableWhenThereIsNoRoomAndGoesOnWhenThereIs) {
  auto database = opened();
  ASSERT_TRUE(database.execute("CREATE TABLE t (a); PRAGMA max_page_count = 4"));
  const auto insert = [&] { return database.execute("INSERT INTO t VALUES (zeroblob(100000))"); };
  const auto full = insert();
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::unavailable);
  EXPECT_NE(full.error().what.find("free room"), std::string::npos);
  EXPECT_EQ(count(database, "t"), 0);
  ASSERT_TRUE(database.execute("PRAGMA max_page_count = 1000"));
  EXPECT_TRUE(insert());
}

TEST_F(Sqlite, SaysUnavailableWhenTheFolderCannotBeMade) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "plain") << "x";
  const auto database = Database::open(folder / "plain" / "some.db");
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::unavailable);
}

TEST_F(Sqlite, SaysUnavailableForAMissingFileToBeRead) {
  const auto database = Database::open(file, {.read_only = true});
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::unavailable);
}

TEST_F(Sqlite, ReadsWithoutWritingWhenReadOnly) {
  auto writer = opened();
  ASSERT_TRUE(writer.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)"));
  auto reader = opened({.read_only = true});
  EXPECT_EQ(count(reader, "t"), 1);
  const auto refused = reader.execute("DELETE FROM t");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
}

TEST_F(Sqlite, SaysRejectedForAValueThatBreaksARule) {
  auto database = opened();
  ASSERT_TRUE(database.execute("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)"));
  EXPECT_EQ(database.execute("INSERT INTO t VALUES (1)").error().code, ErrorCode::rejected);
  EXPECT_EQ(database.prepare("SELECT nonsense FROM t").error().code, ErrorCode::rejected);
  auto statement = database.prepare("SELECT 1");
  EXPECT_EQ(statement->bind(5, 1).step().error().code, ErrorCode::rejected);
}

TEST_F(Sqlite, SaysCorruptForAFileThatIsNoDatabase) {
  std::filesystem::create_directories(folder);
  std::ofstream(file) << std::string(5000, 'x');
  const auto database = Database::open(file);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::corrupt);
  EXPECT_NE(database.error().what.find(file.string()), std::string::npos);
}

TEST_F(Sqlite, SaysCorruptWhenTheFileIsGoneButItsLogIsThere) {
  opened();
  std::filesystem::remove(file);
  std::ofstream(file.string() + "-wal") << std::string(5000, 'x');
  const auto database = Database::open(file);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::corrupt);
}

class SqliteLog : public Sqlite {
 protected:
  // A file whose commits are in its log alone, as after kill -9.
  void leave_a_log(int commits) {
    auto database = opened();
    ASSERT_TRUE(database.execute("CREATE TABLE t (a); PRAGMA wal_checkpoint(TRUNCATE)"));
    for (int i = 0; i < commits; ++i) ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1)"));
    std::filesystem::create_directories(folder / "killed");
    for (const char* end : {"", "-wal"}) {
      std::filesystem::copy(file.string() + end, folder / "killed" / ("some.db" + std::string(end)));
    }
    file = folder / "killed" / "some.db";
  }
  std::filesystem::path log() const { return file.string() + "-wal"; }
};

TEST_F(SqliteLog, RecoversTheLastWholeCommitWhenTheLogIsCutAnywhere) {
  leave_a_log(3);
  const auto whole = std::filesystem::file_size(log());
  std::filesystem::copy(folder / "killed", folder / "kept", std::filesystem::copy_options::recursive);
  std::int64_t before = 3;
  for (auto size = whole; size > 32; size -= std::min<std::uintmax_t>(size, 1030)) {
    std::filesystem::remove_all(folder / "killed");
    std::filesystem::copy(folder / "kept", folder / "killed", std::filesystem::copy_options::recursive);
    std::filesystem::resize_file(log(), size);
    auto database = opened();
    const auto rows = count(database, "t");
    EXPECT_LE(rows, before);
    EXPECT_GE(rows, before - 1);
    before = rows;
  }
}

TEST_F(SqliteLog, RecoversTheCommitsBeforeAFlippedBit) {
  leave_a_log(3);
  damage(log(), static_cast<std::streamoff>(std::filesystem::file_size(log())) - 100, "x");
  auto database = opened();
  EXPECT_EQ(count(database, "t"), 2);
}

TEST_F(SqliteLog, SaysCorruptWhenTheHeaderOfTheLogIsDamaged) {
  leave_a_log(3);
  damage(log(), 5, "x");  // of the version: unlike the salts it is the same in every log
  const auto database = Database::open(file);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::corrupt);
  EXPECT_NE(database.error().what.find("-wal"), std::string::npos);
}

TEST_F(Sqlite, OpensForManyAtOnceWhileItIsMade) {
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&] {
        if (Database::open(file)) ++good;
      });
    }
  }
  EXPECT_EQ(good, 6);
}

}  // namespace
}  // namespace tweetpulse::sqlite
