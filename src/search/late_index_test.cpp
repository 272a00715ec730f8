#include "search/late_index.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "search/adapters.h"

namespace tweetpulse {
namespace {

class LateIndex : public testing::Test {
 protected:
  ~LateIndex() override { std::filesystem::remove(file_); }

  // Opens an embedded index once the door is open.
  OpenSearchIndex opener() {
    return [this]() -> Result<std::unique_ptr<SearchIndex>> {
      ++tries_;
      if (error_) return *error_;
      return open(SqliteIndexConfig{file_});
    };
  }
  std::optional<Error> error_ = Error{ErrorCode::unavailable, "nobody answers"};
  int tries_ = 0;
  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("tweetpulse-late-" + std::to_string(getpid()) + ".db");
};

TEST_F(LateIndex, AnswersUnavailableUntilTheServerIsThere) {
  const auto index = open_late(opener()).value();
  EXPECT_EQ(index->ping().error().code, ErrorCode::unavailable);
  EXPECT_EQ(index->revisions("", 1).error().what, "nobody answers");
  EXPECT_EQ(index->hours()->rows(std::nullopt, 1).error().code, ErrorCode::unavailable);
  error_.reset();
  while (!index->ping()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(index->revisions("", 1));
  EXPECT_EQ(index->adapter(), "sqlite");
}

TEST_F(LateIndex, DoesNotAskAgainAtEveryCall) {
  const auto index = open_late(opener()).value();
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(index->ping());
  EXPECT_LE(tries_, 2);
}

TEST_F(LateIndex, IsTheServersOwnWhenItIsThereAtOnce) {
  error_.reset();
  EXPECT_TRUE(open_late(opener()).value()->ping());
  EXPECT_EQ(tries_, 1);
}

TEST_F(LateIndex, SaysAtOnceWhatNoWaitingMends) {
  error_ = Error{ErrorCode::rejected, "no such server"};
  EXPECT_EQ(open_late(opener()).error().what, "no such server");
}

TEST_F(LateIndex, BuriesNothingWhenTheLateServerIsAWrongOne) {
  const auto index = open_late(opener()).value();
  error_ = Error{ErrorCode::rejected, "another server stands there"};
  for (Error error; error.what != "another server stands there";
       std::this_thread::sleep_for(std::chrono::milliseconds(10))) {
    error = index->ping().error();
    ASSERT_EQ(error.code, ErrorCode::unavailable);
  }
}

}  // namespace
}  // namespace tweetpulse
