// Bytes of a file or of standard input, unpacked: plain, gzip and zstd told apart by their first bytes, several members
// in a row.
// Threads: one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace tweetpulse {

enum class Ending { none, whole, truncated, damaged };

class Decompressor {
 public:
  // `-` is standard input. not_found and unavailable name the file.
  static Result<std::unique_ptr<Decompressor>> open(const std::filesystem::path& file);
  virtual ~Decompressor() = default;

  // The next unpacked bytes, valid until the next call; empty: the end, see ending(). A broken archive gives what is
  // whole before it ends. Blocks while a pipe is silent.
  virtual Result<std::string_view> read() = 0;
  // False when read() would have to wait for the writer of a pipe longer than this.
  virtual bool ready(std::chrono::milliseconds wait) = 0;
  // Goes on at this offset of the unpacked bytes, or at the end when there are fewer. Call it before read().
  virtual Result<> skip_to(std::uint64_t offset) = 0;

  virtual Ending ending() const = 0;              // none until read() gave nothing
  virtual std::uint64_t offset() const = 0;       // unpacked bytes given so far, the skipped ones included
  virtual std::uint64_t packed_read() const = 0;  // bytes taken from the file
  virtual bool is_file() const = 0;               // else a pipe or the like: no size, no time, no way back
  virtual std::uint64_t packed_size() const = 0;
  virtual std::int64_t modified_ms() const = 0;
};

}  // namespace tweetpulse
