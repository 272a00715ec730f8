#include "driver/decompressor.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zstd.h>

#include <fstream>

#include "driver/http_compression.h"
#include "driver/line_splitter.h"

namespace tweetpulse {
namespace {

std::string gzip(const std::string& plain) {
  return compress(Coding::gzip, plain);
}

std::string zstd(const std::string& plain) {
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  return packed;
}

// Text that does not pack to nothing, so that members span several reads.
std::string noise(std::size_t size) {
  std::string text;
  std::uint32_t state = 7;
  while (text.size() < size) {
    state = state * 1664525 + 1013904223;
    text += std::to_string(state);
  }
  return text.substr(0, size);
}

class Decompressing : public testing::Test {
 protected:
  void SetUp() override {
    file_ = std::filesystem::temp_directory_path() / ("tweetpulse-unpack-" + std::to_string(::getpid()));
  }
  void TearDown() override { std::filesystem::remove(file_); }
  std::unique_ptr<Decompressor> open(const std::string& bytes) {
    std::ofstream(file_, std::ios::binary) << bytes;
    return *Decompressor::open(file_);
  }
  static std::string rest(Decompressor& from) {
    std::string all;
    for (auto piece = *from.read(); !piece.empty(); piece = *from.read()) all += piece;
    return all;
  }
  std::filesystem::path file_;
};

TEST_F(Decompressing, GivesPlainBytesAsTheyAre) {
  const auto from = open("{\"a\":1}\n");
  EXPECT_EQ(rest(*from), "{\"a\":1}\n");
  EXPECT_EQ(from->ending(), Ending::whole);
  EXPECT_EQ(from->packed_read(), from->packed_size());
}

TEST_F(Decompressing, TakesAnEmptyFileForAWholeOne) {
  const auto from = open("");
  EXPECT_EQ(rest(*from), "");
  EXPECT_EQ(from->ending(), Ending::whole);
}

TEST_F(Decompressing, UnpacksSeveralMembersOfBothForms) {
  const std::string text = noise(1'000'000);
  const auto from = open(gzip(text) + gzip("b") + zstd(text) + zstd("") + zstd("c") + gzip("d"));
  EXPECT_EQ(rest(*from), text + "b" + text + "cd");
  EXPECT_EQ(from->ending(), Ending::whole);
  EXPECT_EQ(from->offset(), 2 * text.size() + 3);
}

TEST_F(Decompressing, UnpacksAMemberThatIsMuchLargerThanItsBytes) {
  const std::string text(20'000'000, 'x');
  EXPECT_EQ(rest(*open(gzip(text))).size(), text.size());
  EXPECT_EQ(rest(*open(zstd(text))).size(), text.size());
}

TEST_F(Decompressing, GivesWhatIsWholeOfACutArchive) {
  const std::string text = noise(600'000);
  for (const std::string& packed : {gzip(text), zstd(text)}) {
    const auto from = open(packed.substr(0, packed.size() / 2));
    const std::string given = rest(*from);
    EXPECT_GT(given.size(), 0u);
    EXPECT_TRUE(text.starts_with(given));
    EXPECT_EQ(from->ending(), Ending::truncated);
  }
}

TEST_F(Decompressing, CallsAnArchiveTruncatedWhoseLastBytesAreMissing) {
  for (const std::string& packed : {gzip("abc"), zstd("abc")}) {
    for (std::size_t cut = 5; cut < packed.size(); ++cut) {
      const auto from = open(packed.substr(0, cut));
      rest(*from);
      EXPECT_EQ(from->ending(), Ending::truncated) << cut;
    }
  }
}

TEST_F(Decompressing, TellsDamageFromACut) {
  std::string packed = gzip(noise(100'000));
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
  const auto from = open(packed);
  rest(*from);
  EXPECT_EQ(from->ending(), Ending::damaged);
}

TEST_F(Decompressing, CallsBytesAfterAMemberDamageButNotZeros) {
  const auto from = open(gzip("abc") + "tail");
  EXPECT_EQ(rest(*from), "abc");
  EXPECT_EQ(from->ending(), Ending::damaged);
  const auto padded = open(gzip("abc") + std::string(512, '\0'));
  EXPECT_EQ(rest(*padded), "abc");
  EXPECT_EQ(padded->ending(), Ending::whole);
}

TEST_F(Decompressing, GoesOnAtAnOffsetOfTheUnpackedBytes) {
  const std::string text = noise(700'000);
  for (const std::string& packed : {text, gzip(text), zstd(text)}) {
    for (const std::size_t offset :
         {std::size_t{0}, std::size_t{1}, std::size_t{400'001}, text.size() - 1, text.size(), text.size() + 9}) {
      const auto from = open(packed);
      ASSERT_TRUE(from->skip_to(offset));
      EXPECT_EQ(rest(*from), offset < text.size() ? text.substr(offset) : "");
      EXPECT_EQ(from->offset(), text.size());
    }
  }
}

TEST_F(Decompressing, NamesAFileThatIsNotThere) {
  const auto from = Decompressor::open("/nowhere/tweets.gz");
  ASSERT_FALSE(from);
  EXPECT_EQ(from.error().code, ErrorCode::not_found);
  EXPECT_NE(from.error().what.find("/nowhere/tweets.gz"), std::string::npos);
}

struct Split {
  std::vector<std::string> lines;
  std::vector<std::uint64_t> ends;
  std::size_t too_long = 0;
};

Split split(const std::string& text, std::size_t piece, std::size_t max) {
  LineSplitter splitter(max);
  Split result;
  SplitLine line;
  const auto keep = [&] {
    result.lines.emplace_back(line.text);
    result.ends.push_back(line.end);
    result.too_long += line.too_long;
  };
  for (std::size_t at = 0; at < text.size(); at += piece) {
    const std::string copy = text.substr(at, piece);
    splitter.feed(copy);
    while (splitter.next(line)) keep();
  }
  if (splitter.finish(line)) keep();
  EXPECT_FALSE(splitter.finish(line));
  return result;
}

TEST(LineSplitting, GivesTheSameLinesWhateverThePieces) {
  const std::string text = "one\r\n\n\r\ntwo words\nx\r\rlast";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const Split result = split(text, piece, 1000);
    EXPECT_EQ(result.lines, (std::vector<std::string>{"one", "", "", "two words", "x\r\rlast"})) << piece;
    EXPECT_EQ(result.ends, (std::vector<std::uint64_t>{5, 6, 8, 18, 25})) << piece;
  }
}

TEST(LineSplitting, SkipsALineThatIsTooLongToItsLineFeed) {
  const std::string text =
      "a\n" + std::string(11, 'x') + "\n" + std::string(10, 'y') + "\r\n" + std::string(500'000, 'z') + "\nb\n";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{64}, text.size()}) {
    const Split result = split(text, piece, 10);
    ASSERT_EQ(result.lines.size(), 5u) << piece;
    EXPECT_EQ(result.too_long, 2u) << piece;
    EXPECT_EQ(result.lines[2], std::string(10, 'y')) << piece;
    EXPECT_LE(result.lines[3].size(), LineSplitter::kKept) << piece;
    EXPECT_EQ(result.lines[4], "b") << piece;
    EXPECT_EQ(result.ends[4], text.size()) << piece;
  }
}

TEST(LineSplitting, ReportsALastLineThatIsTooLong) {
  EXPECT_EQ(split(std::string(100, 'x'), 30, 10).too_long, 1u);
}

}  // namespace
}  // namespace tweetpulse
