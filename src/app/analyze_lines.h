// Lines of a file or pipe in batches of bounded size, and the batches' way through threads back into their order.
// Threads: LineSource belongs to one thread; run_in_order starts its own and ends them before it returns.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tweetpulse {

struct LineBatch {
  struct Line {
    std::size_t start = 0, end = 0;
    std::uint64_t number = 0;  // from 1, blank lines counted
    bool too_long = false;     // its bytes are not kept
  };
  std::string bytes;
  std::vector<Line> lines;  // without blank ones
  std::string out;
  std::uint64_t bad = 0;
  std::string_view text(const Line& line) const {
    return std::string_view(bytes).substr(line.start, line.end - line.start);
  }
  void clear();
};

class LineSource {
 public:
  // Throws StartError when the file cannot be opened. `-`: standard input.
  explicit LineSource(const std::string& file);
  ~LineSource();
  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;

  // Fills the batch with what has arrived, at least one line; false at the end, or when `stopped` says so.
  bool read(LineBatch& batch, const std::function<bool()>& stopped);

 private:
  bool fill(const std::function<bool()>& stopped);
  void take_lines(LineBatch& batch, bool last);

  std::string name_;
  int fd_ = -1;
  std::string rest_;  // the beginning of a line that has not ended yet
  std::uint64_t number_ = 0;
  bool skipping_ = false;  // inside of a line that is too long
  bool ended_ = false;
};

struct LineTotals {
  std::uint64_t lines = 0, bad = 0;
};

// Reads all batches, lets `work` fill each one's `out` on `threads` threads and writes them in order to standard
// output. Ends early, without a word, when nobody reads it any more; throws std::runtime_error when it cannot write.
LineTotals run_in_order(LineSource& source, int threads, const std::function<void(LineBatch&)>& work);

}  // namespace tweetpulse
