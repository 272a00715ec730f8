// Tweets from a file or from standard input, plain or packed, in file order; goes on where it was broken off.
// Threads: as Source; progress() from any thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "source/payload.h"
#include "source/source.h"

namespace tweetpulse {

struct FileSourceConfig {
  std::filesystem::path file;  // `-`: standard input, without a cursor
  std::string name = {};       // "" = the file's name; the source is called file:<name>
  Format format = Format::detect;
  double speed = 0;           // 0 = as fast as downstream takes it; 60 = sixty times the pace of the tweets
  bool text_escaped = false;  // neutral texts hold X's &amp; &lt; &gt;: decoded once
  bool keep_raw = true;
  bool loop = false;  // begins anew at the end, until stopped
};

struct FileProgress {
  std::uint64_t bytes_done = 0, bytes_total = 0;  // of the file as it lies on the disk; total 0 = unknown
  std::int64_t lines = 0;                         // received: blank ones left out
  std::int64_t tweets = 0, filtered = 0;
  std::map<std::string, std::int64_t> refused;  // by reason
  bool finished = false;
};

// Cursor: `size|mtime|offset|line`, the offset in unpacked bytes. A file of another size or time begins anew, and so
// does one that was finished.
class FileSource : public Source {
 public:
  virtual FileProgress progress() const = 0;  // of this process
};

// not_found, rejected, unavailable: the file cannot be read; named with the remedy.
Result<std::unique_ptr<FileSource>> open(const FileSourceConfig& config);

// `max`, `1x`, `60x`, `0.5x`; nullopt: none of these.
std::optional<double> speed_from(std::string_view name);
// How long to wait for a tweet of time `next` after the latest so far: steps back are no wait, 60 s are the most.
std::chrono::milliseconds replay_wait(Time latest, Time next, double speed);

}  // namespace tweetpulse
