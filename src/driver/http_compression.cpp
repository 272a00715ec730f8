#include "driver/http_compression.h"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>

namespace tweetpulse {
namespace {

constexpr int kGzipLevel = 5;
constexpr std::uint32_t kBrotliQuality = 4;
constexpr int kGzipWindow = 15 + 16;
// RFC 8878 asks decoders of Content-Encoding for 8 MB; more would let one request take 128 MB of window.
constexpr int kZstdWindowLog = 23;
constexpr std::size_t kStep = 64 * 1024;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool equal_folded(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

double quality_of(std::string_view parameters) {
  const auto found = parameters.find("q=");
  if (found == std::string_view::npos) return 1;
  return std::atof(std::string(parameters.substr(found + 2, 5)).c_str());
}

struct Deflater {
  z_stream stream{};
  bool ready = deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  Deflater() = default;
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { deflateEnd(&stream); }
};

std::string gzip(std::string_view plain) {
  thread_local Deflater deflater;
  if (!deflater.ready || deflateReset(&deflater.stream) != Z_OK) return "";
  z_stream& stream = deflater.stream;
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return "";
  packed.resize(stream.total_out);
  return packed;
}

std::string brotli(std::string_view plain) {
  std::size_t size = BrotliEncoderMaxCompressedSize(plain.size());
  std::string packed(size, '\0');
  const auto* in = reinterpret_cast<const std::uint8_t*>(plain.data());
  auto* out = reinterpret_cast<std::uint8_t*>(packed.data());
  if (!BrotliEncoderCompress(kBrotliQuality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, plain.size(), in, &size, out)) {
    return "";
  }
  packed.resize(size);
  return packed;
}

struct Inflater {
  z_stream stream{};
  bool ready = inflateInit2(&stream, kGzipWindow) == Z_OK;
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream); }
};

Unpacked gunzip(std::string_view packed, std::size_t limit, std::string& plain) {
  Inflater inflater;
  if (!inflater.ready) return Unpacked::damaged;
  z_stream& stream = inflater.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  for (;;) {
    const std::size_t before = plain.size();
    plain.resize(before + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(plain.data() + before);
    stream.avail_out = static_cast<uInt>(kStep);
    const int status = inflate(&stream, Z_NO_FLUSH);
    plain.resize(before + kStep - stream.avail_out);
    if (plain.size() > limit) return Unpacked::too_large;
    if (status == Z_STREAM_END) {
      if (stream.avail_in == 0) return Unpacked::whole;
      if (inflateReset(&stream) != Z_OK) return Unpacked::damaged;
    } else if (status != Z_OK) {
      return Unpacked::damaged;
    }
  }
}

Unpacked unzstd(std::string_view packed, std::size_t limit, std::string& plain) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  if (!context) return Unpacked::damaged;
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  for (;;) {
    const std::size_t before = plain.size();
    plain.resize(before + kStep);
    ZSTD_outBuffer out{plain.data() + before, kStep, 0};
    const std::size_t left = ZSTD_decompressStream(context.get(), &out, &in);
    plain.resize(before + out.pos);
    if (ZSTD_isError(left)) return Unpacked::damaged;
    if (plain.size() > limit) return Unpacked::too_large;
    if (in.pos == in.size && left == 0) return Unpacked::whole;
    if (in.pos == in.size && out.pos < out.size) return Unpacked::damaged;
  }
}

}  // namespace

Coding choose_coding(std::string_view accept_encoding) {
  double br = -1, zip = -1, any = -1;
  while (!accept_encoding.empty()) {
    const auto comma = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view item = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    const auto semicolon = std::min(item.find(';'), item.size());
    const std::string_view name = trimmed(item.substr(0, semicolon));
    const double quality = quality_of(item.substr(semicolon));
    if (equal_folded(name, "br")) br = quality;
    if (equal_folded(name, "gzip") || equal_folded(name, "x-gzip")) zip = quality;
    if (name == "*") any = quality;
  }
  if (zip < 0) zip = any;
  if (br > 0 && br >= zip) return Coding::br;
  return zip > 0 ? Coding::gzip : Coding::none;
}

std::string_view to_string(Coding coding) {
  return coding == Coding::gzip ? "gzip" : coding == Coding::br ? "br" : "identity";
}

std::string compress(Coding coding, std::string_view plain) {
  return coding == Coding::br ? brotli(plain) : coding == Coding::gzip ? gzip(plain) : std::string();
}

Unpacked unpack(std::string_view coding, std::string_view packed, std::size_t limit, std::string& plain) {
  coding = trimmed(coding);
  plain.clear();
  if (equal_folded(coding, "gzip") || equal_folded(coding, "x-gzip")) return gunzip(packed, limit, plain);
  if (equal_folded(coding, "zstd")) return unzstd(packed, limit, plain);
  return Unpacked::unknown_coding;
}

}  // namespace tweetpulse
