#include "ingest/push_intake.h"

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <random>
#include <utility>

#include "base/log.h"
#include "ingest/push_body.h"
#include "source/payload.h"

namespace tweetpulse {
namespace {

std::string make_receipt() {
  static const std::string process = fmt::format("{:08x}", std::random_device{}());
  static std::atomic<std::int64_t> number{0};
  return fmt::format("push-{}-{}", process, ++number);
}

// `auto` decides once, from the first line that has the shape of a format.
std::vector<Received> read_lines(const PushBody& body, Format format, bool keep_raw, const std::string& receipt) {
  const auto received_at = now();
  std::vector<Received> all;
  all.reserve(body.lines.size());
  for (const auto& line : body.lines) {
    if (format == Format::detect) format = detect_format(line.text).value_or(Format::detect);
    all.push_back(read_line(format, line.text, received_at, keep_raw));
    if (auto* refused = std::get_if<RefusedLine>(&all.back().rest))
      refused->place = fmt::format("{}:{}", receipt, line.number);
  }
  return all;
}

}  // namespace

PushIntake::PushIntake(Queue& queue, SeenFilter& seen, TweetStore& store, bool keep_raw)
    : store_(store),
      ingestor_(queue, seen, store, "push"),
      keep_raw_(keep_raw),
      flushing_([this](const std::stop_token& stop) { keep_flushing(stop); }) {}

PushIntake::~PushIntake() {
  flushing_ = {};
  if (const auto flushed = flush(); !flushed)
    log::warn("ingest", "The ledger of pushes was not written.", {{"error", flushed.error().what}});
}

Result<PushVerdict> PushIntake::take(std::string_view bytes, std::string_view format_name) {
  const auto format = format_from(format_name.empty() ? "auto" : format_name);
  if (!format) return Error{ErrorCode::rejected, fmt::format("There is no format '{}'.", format_name)};
  PushVerdict verdict;
  verdict.receipt = make_receipt();
  const auto body = cut_body(bytes);
  auto received = read_lines(body, *format, keep_raw_, verdict.receipt);
  auto intake = ingestor_.take(received, "");
  if (!intake) return intake.error();
  verdict.accepted = intake->tally.accepted;
  verdict.duplicate = intake->tally.duplicate;
  verdict.filtered = intake->tally.filtered;
  for (std::size_t i = 0; i < body.lines.size(); ++i)
    if (!intake->reasons[i].empty()) verdict.refused.push_back({body.lines[i].number, intake->reasons[i]});
  const std::lock_guard lock(mutex_);
  unsaved_ += intake->tally;
  return verdict;
}

void PushIntake::keep_flushing(std::stop_token stop) {
  std::mutex idle;
  std::condition_variable_any sleeper;
  std::unique_lock lock(idle);
  while (!sleeper.wait_for(lock, stop, std::chrono::seconds(1), [&stop] { return stop.stop_requested(); }))
    if (const auto flushed = flush(); !flushed)
      log::warn("ingest", "The ledger cannot be written; kept for the next time.", {{"error", flushed.error().what}});
}

Result<> PushIntake::flush() {
  const std::lock_guard one_at_a_time(writing_);
  Tally tally;
  {
    const std::lock_guard lock(mutex_);
    tally = std::exchange(unsaved_, {});
  }
  if (tally.received == 0) return {};
  auto saved = store_.books().checkpoint("push", "", tally, std::chrono::floor<std::chrono::minutes>(now()));
  if (saved) return saved;
  const std::lock_guard lock(mutex_);
  unsaved_ += tally;
  return saved;
}

}  // namespace tweetpulse
