#include "driver/decompressor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace tweetpulse {
namespace {

constexpr std::size_t kPacked = 128 * 1024, kUnpacked = 256 * 1024;
constexpr std::size_t kMagic = 4;
constexpr int kGzipWindow = 15 + 16;

enum class Form { unknown, plain, gzip, zstd };

// zstd also begins with a skippable frame: 50..5f 2a 4d 18.
Form form_of(std::string_view head) {
  if (head.starts_with("\x1f\x8b")) return Form::gzip;
  if (head.starts_with("\x28\xb5\x2f\xfd")) return Form::zstd;
  if (head.size() >= kMagic && (head[0] & 0xf0) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18") return Form::zstd;
  return Form::plain;
}

class FileDecompressor final : public Decompressor {
 public:
  FileDecompressor(int descriptor, std::string name, bool owned) : descriptor_(descriptor), name_(std::move(name)) {
    owned_ = owned;
    struct stat facts {};
    if (::fstat(descriptor_, &facts) == 0 && S_ISREG(facts.st_mode)) {
      regular_ = true;
      size_ = static_cast<std::uint64_t>(facts.st_size);
      modified_ms_ = std::int64_t{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1'000'000;
    }
  }
  FileDecompressor(const FileDecompressor&) = delete;
  FileDecompressor& operator=(const FileDecompressor&) = delete;
  ~FileDecompressor() override {
    inflateEnd(&gzip_);
    ZSTD_freeDCtx(zstd_);
    if (owned_) ::close(descriptor_);
  }

  Result<std::string_view> read() override {
    if (!kept_.empty()) {
      offset_ += kept_.size();
      return std::exchange(kept_, {});
    }
    auto bytes = produce();
    if (bytes) offset_ += bytes->size();
    return bytes;
  }

  bool ready(std::chrono::milliseconds wait) override {
    if (regular_ || at_end_ || more_inside_ || !packed_.empty() || !kept_.empty()) return true;
    pollfd poll{descriptor_, POLLIN, 0};
    return ::poll(&poll, 1, static_cast<int>(wait.count())) != 0;
  }

  Result<> skip_to(std::uint64_t target) override {
    if (target == 0) return {};
    if (const auto begun = begin(); !begun) return begun.error();
    if (form_ == Form::plain && regular_ && offset_ == 0) {
      offset_ = read_ = std::min(target, size_);
      packed_ = {};
      if (::lseek(descriptor_, static_cast<off_t>(offset_), SEEK_SET) < 0) return failure("Cannot seek in ");
      return {};
    }
    while (offset_ < target) {
      const auto bytes = produce();
      if (!bytes) return bytes.error();
      if (bytes->empty()) return {};
      const std::size_t used = std::min<std::uint64_t>(bytes->size(), target - offset_);
      kept_ = bytes->substr(used);
      offset_ += used;
    }
    return {};
  }

  Ending ending() const override { return ending_; }
  std::uint64_t offset() const override { return offset_; }
  std::uint64_t packed_read() const override { return read_ - packed_.size(); }
  bool is_file() const override { return regular_; }
  std::uint64_t packed_size() const override { return size_; }
  std::int64_t modified_ms() const override { return modified_ms_; }

 private:
  Error failure(std::string_view doing) const {
    return {ErrorCode::unavailable,
            std::string(doing) + name_ + ": " + std::strerror(errno) + "; check the file and its disk."};
  }

  // Reads from the file until `wanted` packed bytes are there or the file has ended.
  Result<> fill(std::size_t wanted) {
    if (packed_.size() >= wanted) return {};
    std::copy(packed_.begin(), packed_.end(), in_.begin());
    std::size_t have = packed_.size();
    while (have < wanted && !at_end_) {
      const auto count = ::read(descriptor_, in_.data() + have, in_.size() - have);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return failure("Cannot read ");
      at_end_ = count == 0;
      have += static_cast<std::size_t>(count);
      read_ += static_cast<std::size_t>(count);
    }
    packed_ = {in_.data(), have};
    return {};
  }

  Result<> begin() {
    if (form_ != Form::unknown) return {};
    if (const auto filled = fill(kMagic); !filled) return filled.error();
    form_ = form_of(packed_);
    return begin_member();
  }

  Result<> begin_member() {
    const bool ready = form_ == Form::gzip   ? start_gzip()
                       : form_ == Form::zstd ? (zstd_ || (zstd_ = ZSTD_createDCtx()))
                                             : true;
    if (!ready) return Error{ErrorCode::unavailable, "No memory to unpack " + name_ + "; free some and try again."};
    in_member_ = false;
    return {};
  }

  bool start_gzip() {
    const bool fresh = !gzip_ready_;
    gzip_ready_ = true;
    return (fresh ? inflateInit2(&gzip_, kGzipWindow) : inflateReset(&gzip_)) == Z_OK;
  }

  Result<std::string_view> produce() {
    if (ending_ != Ending::none) return std::string_view();
    if (const auto begun = begin(); !begun) return begun.error();
    for (;;) {
      if (const auto filled = fill(1); !filled) return filled.error();
      if (form_ == Form::plain) {
        if (packed_.empty()) ending_ = Ending::whole;
        return std::exchange(packed_, {});
      }
      if (packed_.empty() && !more_inside_) {
        ending_ = in_member_ ? Ending::truncated : Ending::whole;
        return std::string_view();
      }
      if (!in_member_) {
        if (const auto next = next_member(); !next) return next.error();
        if (ending_ != Ending::none) return std::string_view();
      }
      const std::string_view bytes = form_ == Form::gzip ? unpack_gzip() : unpack_zstd();
      if (!bytes.empty() || ending_ != Ending::none) return bytes;
    }
  }

  // Zeros after a member are the padding of tapes; anything else that is no member is damage.
  Result<> next_member() {
    if (const auto filled = fill(kMagic); !filled) return filled.error();
    if (packed_.empty()) return {};
    const Form form = form_of(packed_);
    if (form == Form::plain) {
      ending_ = std::all_of(packed_.begin(), packed_.end(), [](char c) { return c == '\0'; }) ? Ending::whole
                                                                                              : Ending::damaged;
      return {};
    }
    form_ = form;
    const auto begun = begin_member();
    in_member_ = true;
    return begun;
  }

  std::string_view unpack_gzip() {
    gzip_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data()));
    gzip_.avail_in = static_cast<uInt>(packed_.size());
    gzip_.next_out = reinterpret_cast<Bytef*>(out_.data());
    gzip_.avail_out = static_cast<uInt>(out_.size());
    const int status = inflate(&gzip_, Z_NO_FLUSH);
    packed_.remove_prefix(packed_.size() - gzip_.avail_in);
    more_inside_ = gzip_.avail_out == 0 && status != Z_STREAM_END;
    if (status == Z_STREAM_END) in_member_ = false;
    // Z_BUF_ERROR: nothing was left to give; more input decides.
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) ending_ = Ending::damaged;
    return {out_.data(), out_.size() - gzip_.avail_out};
  }

  std::string_view unpack_zstd() {
    ZSTD_inBuffer in{packed_.data(), packed_.size(), 0};
    ZSTD_outBuffer out{out_.data(), out_.size(), 0};
    const std::size_t left = ZSTD_decompressStream(zstd_, &out, &in);
    packed_.remove_prefix(in.pos);
    more_inside_ = out.pos == out.size && left != 0;
    if (left == 0) in_member_ = false;
    if (ZSTD_isError(left)) ending_ = Ending::damaged;
    return {out_.data(), out.pos};
  }

  const int descriptor_;
  const std::string name_;
  bool owned_ = false, regular_ = false, at_end_ = false;
  bool in_member_ = false, more_inside_ = false, gzip_ready_ = false;
  std::uint64_t size_ = 0, read_ = 0, offset_ = 0;
  std::int64_t modified_ms_ = 0;
  Form form_ = Form::unknown;
  Ending ending_ = Ending::none;
  std::vector<char> in_ = std::vector<char>(kPacked), out_ = std::vector<char>(kUnpacked);
  std::string_view packed_, kept_;
  z_stream gzip_{};
  ZSTD_DCtx* zstd_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Decompressor>> Decompressor::open(const std::filesystem::path& file) {
  if (file == "-") return std::unique_ptr<Decompressor>(new FileDecompressor(STDIN_FILENO, "standard input", false));
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const ErrorCode code = errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::unavailable;
    return Error{
        code, "Cannot open " + file.string() + ": " + std::strerror(errno) + "; check the name and its permissions."};
  }
  struct stat facts {};
  if (::fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode)) {
    ::close(descriptor);
    return Error{ErrorCode::rejected, "Cannot read " + file.string() + ": it is a folder; name the files in it."};
  }
  return std::unique_ptr<Decompressor>(new FileDecompressor(descriptor, file.string(), true));
}

}  // namespace tweetpulse
