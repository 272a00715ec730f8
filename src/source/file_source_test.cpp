#include "source/file_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <fstream>
#include <thread>

#include "driver/http_compression.h"

namespace tweetpulse {
namespace {

using namespace std::chrono_literals;

std::string neutral(int n, const std::string& time = "2026-01-01T00:00:00Z", const std::string& text = "t") {
  return R"({"id":")" + std::to_string(n) + R"(","text":")" + text + R"(","created_at":")" + time +
         R"(","author":{"id":"7"}})";
}

std::string numbered(int from, int to) {
  std::string lines;
  for (int n = from; n < to; ++n) lines += neutral(n) + "\n";
  return lines;
}

std::string zstd(const std::string& plain) {
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  return packed;
}

class FileSources : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("tweetpulse-files-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& bytes, const std::string& name = "in.ndjson") {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }

  struct Run {
    std::vector<std::string> ids, reasons, places, texts, cursors;
    std::vector<std::size_t> batches;
    Result<> outcome;
    FileProgress progress;
  };
  // Fails the emit after `batches` of them.
  Run run(const FileSourceConfig& config, std::string_view cursor = "", std::size_t batches = 1'000'000) {
    Run result;
    auto source = open(config);
    if (!source) {
      result.outcome = source.error();
      return result;
    }
    const Emit emit = [&](std::span<Received> received, std::string_view next) -> Result<> {
      if (result.batches.size() == batches) return Error{ErrorCode::unavailable, "full"};
      result.batches.push_back(received.size());
      result.cursors.emplace_back(next);
      for (const Received& line : received) {
        for (const Tweet& tweet : line.tweets) {
          result.ids.push_back(tweet.id);
          result.texts.push_back(tweet.text);
        }
        if (const auto* refused = std::get_if<RefusedLine>(&line.rest)) {
          result.reasons.push_back(refused->reason);
          result.places.push_back(refused->place);
        }
      }
      return {};
    };
    result.outcome = (*source)->run(cursor, emit, {});
    result.progress = (*source)->progress();
    return result;
  }
  std::filesystem::path folder_;
};

TEST_F(FileSources, ReadEveryLineInItsOrder) {
  const Run result = run({.file = write(numbered(1, 1300))});
  ASSERT_TRUE(result.outcome);
  ASSERT_EQ(result.ids.size(), 1299u);
  EXPECT_EQ(result.ids.front(), "1");
  EXPECT_EQ(result.ids.back(), "1299");
  EXPECT_EQ(result.batches, (std::vector<std::size_t>{500, 500, 299}));
}

TEST_F(FileSources, AreNamedAfterTheirFile) {
  EXPECT_EQ((*open({.file = write("")}))->name(), "file:in.ndjson");
  EXPECT_EQ((*open({.file = write(""), .name = "old"}))->name(), "file:old");
}

TEST_F(FileSources, TakeAnyEndOfALineAndSkipBlankOnes) {
  const Run result =
      run({.file = write("\xEF\xBB\xBF" + neutral(1) + "\r\n\r\n  \n" + neutral(2) + "\n\n" + neutral(3))});
  EXPECT_EQ(result.ids, (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(result.progress.lines, 3);
}

TEST_F(FileSources, RefuseABadLineAndGoOn) {
  const Run result = run({.file = write(neutral(1) + "\n{\"id\":\n" + neutral(2) + "\n[]\n" + neutral(3) + "\n")});
  EXPECT_EQ(result.ids, (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(result.reasons, (std::vector<std::string>{"not_json", "not_object"}));
  EXPECT_EQ(result.places, (std::vector<std::string>{"in.ndjson:2", "in.ndjson:4"}));
  EXPECT_EQ(result.progress.refused, (std::map<std::string, std::int64_t>{{"not_json", 1}, {"not_object", 1}}));
}

TEST_F(FileSources, RefuseALineThatIsTooLong) {
  const Run result =
      run({.file = write(neutral(1) + "\n" + neutral(2, "2026-01-01T00:00:00Z", std::string(3'000'000, 'x')) + "\n" +
                         neutral(3) + "\n")});
  EXPECT_EQ(result.ids, (std::vector<std::string>{"1", "3"}));
  EXPECT_EQ(result.reasons, std::vector<std::string>{"too_long"});
}

TEST_F(FileSources, DecideTheFormatOnceByTheFirstObject) {
  const Run result =
      run({.file = write("nonsense\n" + neutral(1) + "\n{\"id_str\":\"5\",\"user\":{},\"text\":\"a\"}\n")});
  EXPECT_EQ(result.ids, std::vector<std::string>{"1"});
  EXPECT_EQ(result.reasons, (std::vector<std::string>{"not_json", "bad_id"}));
}

TEST_F(FileSources, UnpackBothForms) {
  const std::string lines = numbered(1, 800);
  for (const std::string& packed : {compress(Coding::gzip, lines), zstd(lines),
                                    zstd(numbered(1, 400)) + compress(Coding::gzip, numbered(400, 800))}) {
    const Run result = run({.file = write(packed)});
    EXPECT_EQ(result.ids.size(), 799u);
    EXPECT_TRUE(result.reasons.empty());
    EXPECT_EQ(result.progress.bytes_done, packed.size());
    EXPECT_EQ(result.progress.bytes_total, packed.size());
  }
}

TEST_F(FileSources, GiveWhatIsWholeOfACutArchiveAndRefuseTheRestOnce) {
  std::string lines;
  for (int n = 1; n < 20'000; ++n)
    lines += neutral(n, "2026-01-01T00:00:00Z", std::to_string(n * 7919L % 100'003)) + "\n";
  for (const std::string& packed : {compress(Coding::gzip, lines), zstd(lines)}) {
    const Run result = run({.file = write(packed.substr(0, packed.size() - 20'000))});
    ASSERT_TRUE(result.outcome);
    EXPECT_GT(result.ids.size(), 100u);
    EXPECT_LT(result.ids.size(), 19'999u);
    EXPECT_EQ(result.reasons, std::vector<std::string>{"truncated_file"});
  }
}

TEST_F(FileSources, GoOnWhereTheyWereBrokenOff) {
  for (const bool packed : {false, true}) {
    const auto file = write(packed ? zstd(numbered(1, 2001)) : numbered(1, 2001));
    const Run first = run({.file = file}, "", 2);
    ASSERT_FALSE(first.outcome);
    ASSERT_EQ(first.ids.size(), 1000u);
    const Run second = run({.file = file}, first.cursors.back());
    ASSERT_EQ(second.ids.size(), 1000u);
    EXPECT_EQ(second.ids.front(), "1001");
  }
}

TEST_F(FileSources, CountLinesOnAfterABreak) {
  const auto file = write(numbered(1, 501) + "{\n" + neutral(502) + "\n");
  const Run first = run({.file = file}, "", 1);
  EXPECT_EQ(run({.file = file}, first.cursors.back()).places, std::vector<std::string>{"in.ndjson:501"});
}

TEST_F(FileSources, BeginAnewWhenTheyWereFinished) {
  for (const std::string end : {"", "\n", "\n\n \n"}) {
    const auto file = write(numbered(1, 500) + neutral(500) + end);
    const Run first = run({.file = file});
    ASSERT_EQ(first.ids.size(), 500u);
    EXPECT_EQ(run({.file = file}, first.cursors.back()).ids.size(), 500u);
  }
}

TEST_F(FileSources, BeginAnewWhenTheFileHasChanged) {
  const auto file = write(numbered(1, 1001));
  const Run first = run({.file = file}, "", 1);
  write(numbered(1, 1002));
  EXPECT_EQ(run({.file = file}, first.cursors.back()).ids.size(), 1001u);
  EXPECT_EQ(run({.file = file}, "no cursor of ours").ids.size(), 1001u);
}

TEST_F(FileSources, TakeAnEmptyFile) {
  const Run result = run({.file = write("")});
  EXPECT_TRUE(result.outcome);
  EXPECT_TRUE(result.progress.finished);
}

TEST_F(FileSources, NameAFileThatIsNotThere) {
  const Run result = run({.file = folder_ / "absent"});
  ASSERT_FALSE(result.outcome);
  EXPECT_EQ(result.outcome.error().code, ErrorCode::not_found);
}

TEST_F(FileSources, DecodeEscapedTextsOnlyWhenToldSo) {
  const auto file = write(neutral(1, "2026-01-01T00:00:00Z", "a &amp;lt; b"));
  EXPECT_EQ(run({.file = file}).texts, std::vector<std::string>{"a &amp;lt; b"});
  EXPECT_EQ(run({.file = file, .text_escaped = true}).texts, std::vector<std::string>{"a &lt; b"});
}

TEST_F(FileSources, WakeFromAWaitWhenStopped) {
  auto source = *open({.file = write(neutral(1) + "\n" + neutral(2, "2026-01-01T00:10:00Z") + "\n"), .speed = 1});
  std::stop_source stop;
  std::vector<std::string> ids;
  const Emit emit = [&](std::span<Received> batch, std::string_view) -> Result<> {
    for (const auto& line : batch) ids.push_back(line.tweets.at(0).id);
    stop.request_stop();
    return {};
  };
  EXPECT_TRUE(source->run("", emit, stop.get_token()));
  EXPECT_EQ(ids, std::vector<std::string>{"1"});
  EXPECT_FALSE(source->progress().finished);
}

TEST_F(FileSources, SendWhatAPipeHasGivenBeforeItEnds) {
  const auto pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::ofstream writer;
  std::thread opener([&] { writer.open(pipe); });
  auto source = *open({.file = pipe});
  opener.join();
  std::stop_source stop;
  std::string cursor = "unset";
  writer << neutral(1) << "\n" << std::flush;
  const Emit emit = [&](std::span<Received> batch, std::string_view next) -> Result<> {
    EXPECT_EQ(batch.size(), 1u);
    cursor = next;
    stop.request_stop();
    return {};
  };
  EXPECT_TRUE(source->run("", emit, stop.get_token()));
  EXPECT_EQ(cursor, "");
}

TEST_F(FileSources, LoopUntilTheyAreStopped) {
  auto source = *open({.file = write(numbered(1, 4)), .loop = true});
  std::stop_source stop;
  std::size_t lines = 0;
  const Emit emit = [&](std::span<Received> batch, std::string_view) -> Result<> {
    lines += batch.size();
    if (lines >= 9) stop.request_stop();
    return {};
  };
  EXPECT_TRUE(source->run("", emit, stop.get_token()));
  EXPECT_EQ(lines, 9u);
}

TEST(ReplayPace, FollowsTheDistancesCutTo60Seconds) {
  const Time start = *parse_rfc3339("2026-01-01T00:00:00Z");
  EXPECT_EQ(replay_wait(start, start + 2s, 1), 2s);
  EXPECT_EQ(replay_wait(start, start + 60s, 60), 1s);
  EXPECT_EQ(replay_wait(start, start - 2s, 1), 0s);
  EXPECT_EQ(replay_wait(start, start + 24h, 1), 60s);
  EXPECT_EQ(replay_wait(start, start + 24h, 0), 0s);
}

TEST(ReplayPace, HasNames) {
  EXPECT_EQ(speed_from("max"), 0);
  EXPECT_EQ(speed_from("1x"), 1);
  EXPECT_EQ(speed_from("60x"), 60);
  EXPECT_EQ(speed_from("0.5x"), 0.5);
  for (const char* bad : {"", "x", "60", "-1x", "0x", "1 x", "fast", "infx"})
    EXPECT_EQ(speed_from(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace tweetpulse
