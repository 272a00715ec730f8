// How far a long command is: on a terminal one line redrawn four times a second, else one line each ten seconds, or
// JSON lines. Writes to stderr. Threads: show() and end() from one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tweetpulse {

struct ProgressFigures {
  std::int64_t done = 0, total = 0;  // in `unit`; total 0 = unknown
  std::int64_t items = 0, refused = 0;
};

class Progress {
 public:
  // style: auto, json or none.
  Progress(std::string title, std::string_view style);
  void show(const ProgressFigures& figures);  // cheap when it is not yet time
  void end(const ProgressFigures& figures);   // the last line, always

 private:
  std::string line(const ProgressFigures& figures) const;
  void write(const std::string& text, bool last);

  std::string title_;
  bool terminal_, json_, silent_;
  std::chrono::steady_clock::time_point started_, shown_{};
};

}  // namespace tweetpulse
