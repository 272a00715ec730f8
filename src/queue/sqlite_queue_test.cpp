// What the SQLite queue does beyond the contract: damage, other processes, kill -9, a full disk.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>

#include "driver/sqlite.h"
#include "queue/adapters.h"

namespace tweetpulse {
namespace {

using Ids = std::vector<std::string>;

std::vector<Tweet> tweets(int first, int count, std::size_t text_bytes = 100) {
  std::vector<Tweet> made(static_cast<std::size_t>(count));
  for (auto& tweet : made) {
    tweet.id = "simulator:1:" + std::to_string(first++);
    tweet.source = "simulator";
    tweet.text = std::string(text_bytes, 'x');
    tweet.created_at = tweet.received_at = from_ms(1'700'000'000'000);
  }
  return made;
}

class SqliteQueueTest : public testing::Test {
 protected:
  SqliteQueueTest() {
    static std::atomic<int> count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("tweetpulse-sqlite-queue-" + std::to_string(getpid()) + "-" + std::to_string(++count));
    config_.file = folder_ / "queue.db";
  }
  ~SqliteQueueTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::unique_ptr<Queue> open_queue() const { return std::move(open(config_)).value(); }
  sqlite::Database open_file() const { return std::move(sqlite::Database::open(config_.file)).value(); }

  static Ids drain(Queue& queue, std::string_view group, std::string_view consumer = "one") {
    Ids ids;
    auto reader = std::move(queue.join(group, consumer)).value();
    for (;;) {
      const auto got = reader->read(1'000, milliseconds(0)).value();
      if (got.empty()) return ids;
      for (const auto& delivery : got) ids.push_back(delivery.tweet.id);
      EXPECT_TRUE(reader->ack(got));
    }
  }

  std::filesystem::path folder_;
  SqliteQueueConfig config_;
};

TEST_F(SqliteQueueTest, BuriesAnEntryThatItCannotReadAndGoesOn) {
  auto queue = open_queue();
  ASSERT_TRUE(queue->push(tweets(0, 3)));
  ASSERT_TRUE(open_file().execute("UPDATE entries SET payload = x'7b00ff' WHERE seq = 2"));
  EXPECT_EQ(drain(*queue, "persist"), (Ids{"simulator:1:0", "simulator:1:2"}));
  const auto page = queue->dead_letters({.group = "persist"}, 10, "").value();
  ASSERT_EQ(page.letters.size(), 1u);
  EXPECT_EQ(page.letters[0].reason, "corrupt");
  EXPECT_EQ(page.letters[0].payload, std::string("\x7b\x00\xff", 3));
  EXPECT_FALSE(queue->redrive({.reason = "corrupt"}));
}

TEST_F(SqliteQueueTest, WaitsOnWhenNothingButUnreadableEntriesCame) {
  auto queue = open_queue();
  ASSERT_TRUE(queue->push(tweets(0, 3)));
  ASSERT_TRUE(open_file().execute("UPDATE entries SET payload = x'00'"));
  EXPECT_TRUE(drain(*queue, "persist").empty());
  EXPECT_EQ(queue->status().value().groups.at(1).buried, 3);
}

TEST_F(SqliteQueueTest, RefusesAFileOfANewerVersion) {
  (void)open_queue();
  ASSERT_TRUE(open_file().execute("PRAGMA user_version = 99"));
  auto refused = open(config_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  EXPECT_NE(refused.error().what.find("queue.db"), std::string::npos);
}

TEST_F(SqliteQueueTest, RefusesAFileThatIsNoDatabase) {
  std::filesystem::create_directories(folder_);
  std::ofstream(config_.file) << std::string(10'000, 'z');
  auto refused = open(config_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
}

TEST_F(SqliteQueueTest, RefusesReceiptsOfAnotherQueue) {
  auto queue = open_queue();
  ASSERT_TRUE(queue->push(tweets(0, 1)));
  auto reader = std::move(queue->join("persist", "one")).value();
  auto got = reader->read(10, milliseconds(0)).value();
  for (const auto* foreign : {"", "1", "00000000-1x", "zzzzzzzz-1"}) {
    got.at(0).receipt = foreign;
    auto refused = reader->ack(got);
    ASSERT_FALSE(refused) << foreign;
    EXPECT_EQ(refused.error().code, ErrorCode::rejected);
  }
}

TEST_F(SqliteQueueTest, BoundsTheBytesOfOneRead) {
  auto queue = open_queue();
  ASSERT_TRUE(queue->push(tweets(0, 30, 900'000)));
  auto reader = std::move(queue->join("persist", "one")).value();
  const auto got = reader->read(1'000, milliseconds(0)).value();
  EXPECT_GE(got.size(), 5u);
  EXPECT_LE(got.size(), 10u);
}

TEST_F(SqliteQueueTest, ClaimsAfterTheMachineWasBooted) {
  auto queue = open_queue();
  ASSERT_TRUE(queue->push(tweets(0, 2)));
  (void)std::move(queue->join("persist", "dead")).value()->read(10, milliseconds(0)).value();
  // The monotonic clock of the boot before was ahead of this one.
  ASSERT_TRUE(open_file().execute("UPDATE consumers SET seen_at = 9000000000000000000"));
  EXPECT_EQ(drain(*queue, "persist", "alive").size(), 2u);
}

TEST_F(SqliteQueueTest, BeginsALateGroupAtTheFirstEntryThatIsThere) {
  {
    auto queue = open_queue();
    ASSERT_TRUE(queue->push(tweets(0, 5)));
    (void)drain(*queue, "elastic");
  }
  config_.groups.emplace_back("late");
  auto queue = open_queue();
  EXPECT_EQ(drain(*queue, "late").size(), 5u);
  EXPECT_EQ(queue->status().value().groups.at(2).lag, 0);
}

TEST_F(SqliteQueueTest, LeavesNoTextOfAnErasedLetterInTheFile) {
  auto queue = open_queue();
  const std::vector<DeadLetter> letter = {{.id = "a",
                                           .group = "elastic",
                                           .reason = "mapping",
                                           .source = "x",
                                           .tweet_id = "77",
                                           .payload = "a secret that must go",
                                           .first_error = {},
                                           .last_error = {}}};
  ASSERT_TRUE(queue->bury(letter));
  EXPECT_EQ(queue->discard_tweets(Ids{"77"}).value(), 1);
  queue.reset();
  ASSERT_TRUE(open_file().execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  std::ifstream file(config_.file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(bytes.find("a secret that must go"), std::string::npos);
}

// Runs `work` in a process of its own, which writes lines to its end of a pipe; gives the read end.
template <class Work>
std::pair<pid_t, FILE*> start_process(Work&& work) {
  int ends[2];
  if (pipe(ends) != 0) abort();
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    work(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  return {child, fdopen(ends[0], "r")};
}

void say(int pipe_end, const std::string& line) {
  const auto text = line + "\n";
  if (write(pipe_end, text.data(), text.size()) < 0) _exit(3);
}

Ids lines_of(FILE* file) {
  Ids lines;
  char line[256];
  while (fgets(line, sizeof line, file) != nullptr) lines.emplace_back(line, std::string_view(line).find('\n'));
  fclose(file);
  return lines;
}

// Pushes, and as reader `one` of persist acks every other batch, until it is killed.
void push_and_ack(const SqliteQueueConfig& config, int first, int pipe_end) {
  auto queue = std::move(open(config)).value();
  auto reader = std::move(queue->join("persist", "one")).value();
  for (int n = first;; n += 5) {
    const auto batch = tweets(n, 5);
    if (!queue->push(batch)) _exit(2);
    for (const auto& tweet : batch) say(pipe_end, "pushed " + tweet.id);
    const auto got = reader->read(7, milliseconds(0)).value();
    if (n % 2 == 0 || !reader->ack(got)) continue;
    for (const auto& delivery : got) say(pipe_end, "acked " + delivery.tweet.id);
  }
}

TEST_F(SqliteQueueTest, LosesNothingAndRepeatsNoAckWhenItsProcessIsKilled) {
  std::set<std::string> pushed, acked;
  for (int round = 0; round < 5; ++round) {
    const auto [child, pipe_end] = start_process([&](int end) { push_and_ack(config_, round * 1'000'000, end); });
    usleep(30'000 + 17'000 * static_cast<unsigned>(round));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    for (const auto& line : lines_of(pipe_end)) {
      if (line.starts_with("pushed ")) pushed.insert(line.substr(7));
      if (line.starts_with("acked ")) acked.insert(line.substr(6));
    }
  }
  ASSERT_GT(pushed.size(), 10u);
  auto queue = open_queue();
  const auto came = drain(*queue, "persist");
  std::set<std::string> seen(acked);
  for (const auto& id : came) {
    EXPECT_FALSE(acked.contains(id)) << id;
    seen.insert(id);
  }
  for (const auto& id : pushed) EXPECT_TRUE(seen.contains(id)) << id;
  EXPECT_GE(drain(*queue, "elastic").size(), pushed.size());
}

TEST_F(SqliteQueueTest, ServesSeveralProcessesAtOnce) {
  constexpr int kProcesses = 3, kEach = 200;
  (void)open_queue();
  std::vector<std::pair<pid_t, FILE*>> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(start_process([&](int) {
      auto queue = open_queue();
      for (int n = 0; n < kEach; n += 10) {
        if (!queue->push(tweets(p * kEach + n, 10))) _exit(2);
      }
    }));
  }
  auto queue = open_queue();
  auto reader = std::move(queue->join("persist", "one")).value();
  std::multiset<std::string> ids;
  while (ids.size() < kProcesses * kEach) {
    const auto got = reader->read(50, milliseconds(20'000)).value();
    ASSERT_FALSE(got.empty());
    for (const auto& delivery : got) ids.insert(delivery.tweet.id);
    ASSERT_TRUE(reader->ack(got));
  }
  for (const auto& [child, pipe_end] : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    fclose(pipe_end);
  }
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_EQ(queue->status().value().entries_added, kProcesses * kEach);
}

// A limit on the size of files stands for a full disk. In its own process: the limit cannot be hidden from other tests.
void fill_the_disk(const SqliteQueueConfig& config, int pipe_end) {
  signal(SIGXFSZ, SIG_IGN);
  auto queue = std::move(open(config)).value();
  const rlimit small{.rlim_cur = 2'000'000, .rlim_max = RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &small);
  int n = 0;
  Result<> pushed;
  while (n < 100'000 && (pushed = queue->push(tweets(n, 100)))) n += 100;
  say(pipe_end, pushed ? "never full" : pushed.error().code == ErrorCode::unavailable ? "full" : pushed.error().what);
  const rlimit large{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &large);
  say(pipe_end, queue->push(tweets(n, 100)) ? "goes on" : "stuck");
  say(pipe_end, std::to_string(n + 100));
}

TEST_F(SqliteQueueTest, KeepsEverythingWhenTheDiskIsFullAndGoesOnWhenThereIsRoom) {
  const auto [child, pipe_end] = start_process([&](int end) { fill_the_disk(config_, end); });
  const auto said = lines_of(pipe_end);
  waitpid(child, nullptr, 0);
  ASSERT_EQ(said.size(), 3u);
  EXPECT_EQ(said[0], "full");
  EXPECT_EQ(said[1], "goes on");
  auto queue = open_queue();
  EXPECT_EQ(std::to_string(drain(*queue, "persist").size()), said[2]);
}

}  // namespace
}  // namespace tweetpulse
