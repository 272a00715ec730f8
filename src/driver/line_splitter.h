// Cuts a stream of bytes into lines, whatever the pieces it comes in; a line over the limit costs no memory.
// Threads: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tweetpulse {

struct SplitLine {
  std::string_view text;  // without its line feed and carriage return; valid until the next call
  std::uint64_t end = 0;  // offset of the first byte after the line
  bool too_long = false;  // over the limit: text is its beginning
};

class LineSplitter {
 public:
  static constexpr std::size_t kKept = 64 * 1024;  // of a line that is too long

  // `offset`: where in the stream the first piece begins.
  explicit LineSplitter(std::size_t max_bytes, std::uint64_t offset = 0) : max_(max_bytes), offset_(offset) {}

  // The piece must live until next() has said false.
  void feed(std::string_view piece) { piece_ = piece; }
  // False: the next piece is needed.
  bool next(SplitLine& line);
  // After the last piece: the line without end, if there is one.
  bool finish(SplitLine& line);

 private:
  void give(std::string_view text, SplitLine& line) const;

  std::size_t max_;
  std::uint64_t offset_;
  std::string_view piece_;
  std::string begun_;
  bool given_ = false;     // begun_ belongs to the line given last
  bool skipping_ = false;  // the rest of a line that is too long
};

}  // namespace tweetpulse
