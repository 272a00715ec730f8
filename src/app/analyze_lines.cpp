#include "app/analyze_lines.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "app/exit_codes.h"
#include "tweet/json_line.h"

namespace tweetpulse {

namespace {

constexpr std::size_t kChunk = 256 * 1024;

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// false: nobody reads any more.
bool write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return false;
    } else if (errno != EINTR) {
      throw std::runtime_error(std::string("cannot write to standard output: ") + std::strerror(errno));
    }
  }
  return true;
}

// Batches on their way: read -> waiting -> worked on -> done -> written, at most a fixed number of them.
class Conveyor {
 public:
  explicit Conveyor(std::size_t batches) {
    for (std::size_t i = 0; i < batches; ++i) free_.push_back(std::make_unique<LineBatch>());
  }

  bool stopped() {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

  void finish_reading() {
    const std::lock_guard lock(mutex_);
    read_all_ = true;
    changed_.notify_all();
  }

  std::unique_ptr<LineBatch> take_free() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || !free_.empty(); });
    if (stopped_) return nullptr;
    auto batch = std::move(free_.back());
    free_.pop_back();
    return batch;
  }

  void put_read(std::unique_ptr<LineBatch> batch) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(read_++, std::move(batch));
    changed_.notify_all();
  }

  // Works on batches until there are no more.
  void work(const std::function<void(LineBatch&)>& job) {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stopped_ || read_all_ || !waiting_.empty(); });
      if (stopped_ || waiting_.empty()) return;
      auto [number, batch] = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      job(*batch);
      lock.lock();
      done_.emplace(number, std::move(batch));
      changed_.notify_all();
    }
  }

  // The next batch in order; null at the end.
  std::unique_ptr<LineBatch> take_done() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || done_.contains(written_) || (read_all_ && written_ == read_); });
    if (stopped_ || !done_.contains(written_)) return nullptr;
    auto batch = std::move(done_.extract(written_++).mapped());
    return batch;
  }

  void put_free(std::unique_ptr<LineBatch> batch) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(batch));
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<LineBatch>> free_;
  std::deque<std::pair<std::uint64_t, std::unique_ptr<LineBatch>>> waiting_;
  std::map<std::uint64_t, std::unique_ptr<LineBatch>> done_;
  std::uint64_t read_ = 0, written_ = 0;
  bool read_all_ = false, stopped_ = false;
};

LineTotals run_alone(LineSource& source, const std::function<void(LineBatch&)>& work) {
  LineTotals totals;
  LineBatch batch;
  while (source.read(batch, [] { return false; })) {
    work(batch);
    totals.lines += batch.lines.size();
    totals.bad += batch.bad;
    if (!write_all(batch.out)) break;
  }
  return totals;
}

}  // namespace

void LineBatch::clear() {
  bytes.clear();
  lines.clear();
  out.clear();
  bad = 0;
}

LineSource::LineSource(const std::string& file) : name_(file == "-" ? "standard input" : file) {
  fd_ = file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) throw StartError(kBadInput, "cannot read " + file + ": " + std::strerror(errno));
}

LineSource::~LineSource() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

bool LineSource::fill(const std::function<bool()>& stopped) {
  constexpr int kTickMs = 200;
  pollfd ready{fd_, POLLIN, 0};
  while (::poll(&ready, 1, kTickMs) == 0) {
    if (stopped()) return false;
  }
  const std::size_t before = rest_.size();
  rest_.resize(before + kChunk);
  ssize_t got = 0;
  do got = ::read(fd_, rest_.data() + before, kChunk);
  while (got < 0 && errno == EINTR);
  rest_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) throw StartError(kBadInput, "cannot read " + name_ + ": " + std::strerror(errno));
  ended_ = got == 0;
  return true;
}

void LineSource::take_lines(LineBatch& batch, bool last) {
  const std::size_t feed = rest_.rfind('\n');
  const std::size_t whole = last ? rest_.size() : feed == std::string::npos ? 0 : feed + 1;
  batch.bytes.assign(rest_, 0, whole);
  rest_.erase(0, whole);
  for (std::size_t at = 0; at < whole;) {
    std::size_t end = std::min(batch.bytes.find('\n', at), whole);
    const std::size_t next = std::min(end + 1, whole);
    if (number_ == 0 && batch.bytes.compare(at, 3, "\xEF\xBB\xBF") == 0) at += 3;
    ++number_;
    if (skipping_) {
      batch.lines.push_back({at, at, number_, true});
      skipping_ = false;
    } else if (!is_blank(std::string_view(batch.bytes).substr(at, end - at))) {
      batch.lines.push_back({at, end, number_, false});
    }
    at = next;
  }
  if (last && whole == 0 && skipping_) {
    batch.lines.push_back({0, 0, ++number_, true});
    skipping_ = false;
  }
  if (!last && (skipping_ || rest_.size() > kMaxLineBytes)) {
    skipping_ = true;
    rest_.clear();
  }
}

bool LineSource::read(LineBatch& batch, const std::function<bool()>& stopped) {
  batch.clear();
  while (batch.lines.empty()) {
    if (ended_ || !fill(stopped)) return false;
    take_lines(batch, ended_);
  }
  return true;
}

LineTotals run_in_order(LineSource& source, int threads, const std::function<void(LineBatch&)>& work) {
  std::signal(SIGPIPE, SIG_IGN);
  if (threads <= 1) return run_alone(source, work);
  Conveyor conveyor(static_cast<std::size_t>(threads) * 2 + 2);
  LineTotals totals;
  std::optional<std::string> failure;
  std::vector<std::jthread> crew;
  for (int i = 0; i < threads; ++i) crew.emplace_back([&] { conveyor.work(work); });
  crew.emplace_back([&] {
    try {
      while (auto batch = conveyor.take_done()) {
        totals.lines += batch->lines.size();
        totals.bad += batch->bad;
        if (!write_all(batch->out)) conveyor.stop();
        conveyor.put_free(std::move(batch));
      }
    } catch (const std::runtime_error& error) {
      failure = error.what();
      conveyor.stop();
    }
  });
  try {
    while (auto batch = conveyor.take_free()) {
      if (!source.read(*batch, [&] { return conveyor.stopped(); })) break;
      conveyor.put_read(std::move(batch));
    }
  } catch (...) {
    conveyor.stop();
    throw;
  }
  conveyor.finish_reading();
  crew.clear();
  if (failure) throw std::runtime_error(*failure);
  return totals;
}

}  // namespace tweetpulse
