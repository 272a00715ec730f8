#include "source/file_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "driver/decompressor.h"
#include "driver/line_splitter.h"
#include "source/x_text.h"
#include "tweet/json_line.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kBatchLines = 500, kBatchBytes = 4 * 1024 * 1024;
constexpr milliseconds kLongestWait{60'000}, kLookUp{100};
// Shorter waits are saved up, so that a fast replay still moves in batches.
constexpr milliseconds kWorthWaiting{20};
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Place {
  std::uint64_t size = 0;
  std::int64_t modified_ms = 0;
  std::uint64_t offset = 0;
  std::int64_t line = 0;
};

std::optional<Place> place_from(std::string_view cursor) {
  Place place;
  const char* at = cursor.data();
  const char* const end = at + cursor.size();
  const auto field = [&](auto& number, bool last) {
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || (last ? rest != end : rest == end || *rest != '|')) return false;
    at = last ? rest : rest + 1;
    return true;
  };
  if (!field(place.size, false) || !field(place.modified_ms, false) || !field(place.offset, false)) return std::nullopt;
  return field(place.line, true) ? std::optional(place) : std::nullopt;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

class LineFileSource final : public FileSource {
 public:
  LineFileSource(FileSourceConfig config, std::unique_ptr<Decompressor> bytes)
      : config_(std::move(config)), bytes_(std::move(bytes)) {
    if (config_.name.empty()) config_.name = config_.file.filename().string();
    name_ = "file:" + config_.name;
  }

  std::string_view name() const override { return name_; }

  SourceStatus status() const override {
    const std::lock_guard lock(mutex_);
    return status_;
  }

  FileProgress progress() const override {
    const std::lock_guard lock(mutex_);
    return progress_;
  }

  Result<> run(std::string_view cursor, const Emit& emit, std::stop_token stop) override {
    set_state("connected", config_.file.string());
    auto outcome = begin(cursor);
    while (outcome) {
      outcome = pass(emit, stop);
      const bool nothing_left = resumed_ && held_ == 0;
      if (!outcome || stop.stop_requested() || !(nothing_left || (config_.loop && bytes_->is_file()))) break;
      outcome = begin("");
    }
    bytes_.reset();
    set_state(outcome ? "stopped" : "failed", outcome ? "" : outcome.error().what);
    return outcome;
  }

 private:
  // Opens the file at the cursor's place, or at its beginning when that place is its end or in another file.
  Result<> begin(std::string_view cursor) {
    if (const auto opened = reopen(); !opened) return opened;
    const auto place = place_from(cursor);
    if (!place || !bytes_->is_file() || place->size != bytes_->packed_size() ||
        place->modified_ms != bytes_->modified_ms()) {
      return {};
    }
    if (const auto skipped = bytes_->skip_to(place->offset); !skipped) return skipped;
    auto first = bytes_->read();
    if (!first) return first.error();
    if (first->empty()) return reopen();
    first_ = *first;
    resumed_ = true;
    line_ = place->line;
    splitter_ = LineSplitter(kMaxLineBytes, place->offset);
    end_ = place->offset;
    return {};
  }

  Result<> reopen() {
    if (!fresh_ || !bytes_) {
      auto opened = Decompressor::open(config_.file);
      if (!opened) return opened.error();
      bytes_ = *std::move(opened);
    }
    fresh_ = resumed_ = false;
    first_ = {};
    format_ = config_.format;
    latest_.reset();
    line_ = 0;
    end_ = 0;
    splitter_ = LineSplitter(kMaxLineBytes);
    const std::lock_guard lock(mutex_);
    progress_.bytes_total = bytes_->packed_size();
    progress_.finished = false;
    return {};
  }

  Result<> pass(const Emit& emit, std::stop_token stop) {
    batch_.clear();
    batch_bytes_ = held_ = 0;
    for (;;) {
      const auto piece = next_piece(emit, stop);
      if (!piece) return piece.error();
      if (stop.stop_requested()) return {};
      if (piece->empty()) break;
      splitter_.feed(*piece);
      SplitLine line;
      while (splitter_.next(line)) {
        if (const auto taken = take(line, emit, stop); !taken) return taken;
        if (stop.stop_requested()) return {};
      }
    }
    return finish(emit, stop);
  }

  // Empty: the end, or a stop. What is held goes out before a silent pipe is waited for.
  Result<std::string_view> next_piece(const Emit& emit, std::stop_token stop) {
    if (!first_.empty()) return std::exchange(first_, {});
    if (!bytes_->is_file()) {
      if (!bytes_->ready(milliseconds(0))) {
        if (const auto sent = send(emit); !sent) return sent.error();
      }
      while (!bytes_->ready(kLookUp)) {
        if (stop.stop_requested()) return std::string_view();
      }
    }
    return bytes_->read();
  }

  Result<> finish(const Emit& emit, std::stop_token stop) {
    SplitLine line;
    const bool open = splitter_.finish(line);
    if (bytes_->ending() != Ending::whole) {
      ++line_;
      hold(refused_line("truncated_file", open ? line.text : std::string_view(), place()), bytes_->offset());
    } else if (open) {
      if (const auto taken = take(line, emit, stop); !taken) return taken;
      if (stop.stop_requested()) return {};
    }
    if (const auto sent = send(emit); !sent) return sent;
    const std::lock_guard lock(mutex_);
    progress_.bytes_done = std::max(progress_.bytes_total, bytes_->packed_read());
    progress_.finished = true;
    return {};
  }

  std::string place() const { return config_.name + ":" + std::to_string(line_); }

  Result<> take(const SplitLine& line, const Emit& emit, std::stop_token stop) {
    ++line_;
    std::string_view text = line.text;
    if (line_ == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (is_blank(text)) {
      end_ = line.end;
      return {};
    }
    Received received = line.too_long ? refused_line("too_long", text) : read(text);
    if (auto* refused = std::get_if<RefusedLine>(&received.rest)) refused->place = place();
    if (const auto paced = pace(received, emit, stop); !paced) return paced;
    if (stop.stop_requested()) return {};
    hold(std::move(received), line.end);
    batch_bytes_ += text.size();
    return batch_.size() >= kBatchLines || batch_bytes_ >= kBatchBytes ? send(emit) : Result<>();
  }

  Received read(std::string_view text) {
    if (format_ == Format::detect) format_ = detect_format(text).value_or(Format::detect);
    Received received = read_line(format_, text, now(), config_.keep_raw);
    if (config_.text_escaped && format_ == Format::neutral) {
      for (Tweet& tweet : received.tweets) decode_x_escapes(tweet);
    }
    return received;
  }

  // Holds the line back until its time has come; what was read before it goes out first.
  Result<> pace(const Received& received, const Emit& emit, std::stop_token stop) {
    if (config_.speed <= 0 || received.tweets.empty()) return {};
    const Tweet& tweet = received.tweets.back();
    const Time time = tweet.observed_at.value_or(tweet.created_at);
    const auto clock = std::chrono::steady_clock::now();
    if (!latest_) due_ = clock;
    due_ = std::max(due_ + replay_wait(latest_.value_or(time), time, config_.speed), clock - kLongestWait);
    latest_ = std::max(latest_.value_or(time), time);
    if (due_ - clock < kWorthWaiting) return {};
    if (const auto sent = send(emit); !sent) return sent;
    std::unique_lock lock(mutex_);
    woken_.wait_until(lock, stop, due_, [] { return false; });
    return {};
  }

  void hold(Received received, std::uint64_t end) {
    batch_.push_back(std::move(received));
    ++held_;
    end_ = end;
  }

  Result<> send(const Emit& emit) {
    if (batch_.empty()) return {};
    const std::string cursor =
        bytes_->is_file() ? fmt::format("{}|{}|{}|{}", bytes_->packed_size(), bytes_->modified_ms(), end_, line_) : "";
    const FileProgress counted = count(batch_);
    const auto sent = emit(batch_, cursor);
    batch_.clear();
    batch_bytes_ = 0;
    if (!sent) return sent;
    const std::lock_guard lock(mutex_);
    progress_.lines += counted.lines;
    progress_.tweets += counted.tweets;
    progress_.filtered += counted.filtered;
    for (const auto& [reason, number] : counted.refused) progress_.refused[reason] += number;
    progress_.bytes_done = bytes_->packed_read();
    return {};
  }

  static FileProgress count(const std::vector<Received>& batch) {
    FileProgress counted;
    counted.lines = static_cast<std::int64_t>(batch.size());
    for (const Received& received : batch) {
      counted.tweets += static_cast<std::int64_t>(received.tweets.size());
      counted.filtered += std::holds_alternative<FilteredLine>(received.rest);
      if (const auto* refused = std::get_if<RefusedLine>(&received.rest)) ++counted.refused[refused->reason];
    }
    return counted;
  }

  void set_state(std::string state, std::string detail) {
    const std::lock_guard lock(mutex_);
    status_ = {std::move(state), std::move(detail), 0};
  }

  FileSourceConfig config_;
  std::string name_;
  std::unique_ptr<Decompressor> bytes_;
  bool fresh_ = true;     // bytes_ was opened and not read
  bool resumed_ = false;  // this pass began behind the beginning
  std::string_view first_;
  Format format_ = Format::detect;
  LineSplitter splitter_{kMaxLineBytes};
  std::int64_t line_ = 0;
  std::uint64_t end_ = 0;  // where the next run goes on
  std::vector<Received> batch_;
  std::size_t batch_bytes_ = 0, held_ = 0;  // held_: lines of this pass
  std::optional<Time> latest_;
  std::chrono::steady_clock::time_point due_{};
  mutable std::mutex mutex_;
  std::condition_variable_any woken_;
  FileProgress progress_;
  SourceStatus status_;
};

}  // namespace

Result<std::unique_ptr<FileSource>> open(const FileSourceConfig& config) {
  auto bytes = Decompressor::open(config.file);
  if (!bytes) return bytes.error();
  return std::unique_ptr<FileSource>(std::make_unique<LineFileSource>(config, *std::move(bytes)));
}

std::optional<double> speed_from(std::string_view name) {
  if (name == "max") return 0;
  if (!name.ends_with('x')) return std::nullopt;
  double speed = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size() - 1, speed);
  const bool whole = error == std::errc{} && end == name.data() + name.size() - 1;
  return whole && std::isfinite(speed) && speed > 0 ? std::optional(speed) : std::nullopt;
}

milliseconds replay_wait(Time latest, Time next, double speed) {
  if (next <= latest || speed <= 0) return milliseconds(0);
  const double scaled = static_cast<double>((next - latest).count()) / speed;
  return scaled >= static_cast<double>(kLongestWait.count()) ? kLongestWait : milliseconds(std::llround(scaled));
}

}  // namespace tweetpulse
