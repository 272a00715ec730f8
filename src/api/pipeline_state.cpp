#include "api/pipeline_state.h"

#include <algorithm>

#include "ingest/push_intake.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {
namespace {

constexpr std::string_view kRunning = "running", kPaused = "paused", kStopped = "stopped";

// The share of the last full minute that lies in the last 60 s, and the minute that runs.
std::map<std::string, double> rates_of(std::span<const LedgerRow> rows, Time moment) {
  const Time minute = std::chrono::floor<std::chrono::minutes>(moment);
  const double old_share = 1.0 - static_cast<double>((moment - minute).count()) / 60'000.0;
  std::map<std::string, double> rates;
  for (const LedgerRow& row : rows) {
    const double share = row.minute == minute ? 1.0 : row.minute == minute - std::chrono::minutes(1) ? old_share : 0.0;
    rates[row.source] += share * static_cast<double>(row.tally.received) / 60.0;
  }
  return rates;
}

bool any_source(const PipelineState& state, std::string SourceState::*member, std::string_view value) {
  return std::any_of(state.sources.begin(), state.sources.end(),
                     [&](const SourceState& source) { return source.*member == value; });
}

// A source that never said anything has not been started; one that nobody stopped may run.
std::string_view or_else(std::string_view text, std::string_view otherwise) {
  return text.empty() ? otherwise : text;
}

}  // namespace

Result<PipelineState> pipeline_state(const Ports& ports) {
  PipelineState state;
  Books& books = ports.store.books();
  const Time moment = ports.clock();
  if (auto flushed = ports.intake.flush(); !flushed) return flushed.error();
  // What was pushed a moment ago is counted before the books are read.
  if (auto flushed = ports.intake.flush(); !flushed) return flushed.error();
  // The ledger first: what is accepted meanwhile is in the queue's figures, never the other way round.
  auto by_source = books.totals_by_source();
  if (!by_source) return by_source.error();
  state.by_source = std::move(*by_source);
  for (const auto& [name, tally] : state.by_source) state.totals += tally;
  auto queue = ports.queue.status();
  if (!queue) return queue.error();
  state.queue = std::move(*queue);
  auto sources = books.sources();
  if (!sources) return sources.error();
  state.sources = std::move(*sources);
  if (const auto rows = books.ledger(moment - std::chrono::minutes(2), std::nullopt))
    state.rates = rates_of(*rows, moment);
  if (auto gaps = books.gaps(moment - std::chrono::hours(24 * 30), std::nullopt)) {
    for (Gap& gap : *gaps) {
      if (!gap.to) state.open_gaps.push_back(std::move(gap));
    }
  }
  return state;
}

void append_queue(Json& out, const QueueStatus& queue) {
  out.open().member("adapter", queue.adapter).member("durability", queue.durable ? "full" : "weak");
  out.member("length", queue.length).member("memory_bytes", queue.bytes).key("memory_limit_bytes");
  if (queue.max_bytes > 0) {
    out.number(queue.max_bytes);
  } else {
    out.null();
  }
  out.key("groups").open_list();
  for (const GroupStatus& group : queue.groups) {
    out.open().member("name", group.name).member("lag", group.lag).member("pending", group.pending);
    out.key("oldest_pending_ms");
    if (group.oldest_pending) {
      out.number(group.oldest_pending->count());
    } else {
      out.null();
    }
    out.member("consumers", group.consumers).member("dead_letters", group.dead_letters).close();
  }
  out.close_list().close();
}

void append_tally(Json& out, const Tally& tally) {
  out.member("received", tally.received).member("refused", tally.refused_total());
  out.member("filtered", tally.filtered).member("duplicate", tally.duplicate);
  // What waits in the ingestor is counted when it is done, so that the books balance at every moment.
  out.member("in_flight", 0).member("accepted", tally.accepted);
}

void append_ledger(Json& out, const PipelineState& state) {
  out.open();
  append_tally(out, state.totals);
  for (const GroupStatus& group : state.queue.groups) {
    const std::int64_t in_flight = group.lag + group.pending;
    out.key(group.name).open().member("done", group.done).member("dead_letters", group.buried);
    out.member("in_flight", in_flight);
    // Only a group that began late has any.
    if (group.skipped > 0) out.member("skipped", group.skipped);
    out.member("difference", state.queue.entries_added - group.done - group.buried - in_flight - group.skipped).close();
  }
  out.close();
}

void append_sources(Json& out, const PipelineState& state) {
  out.open_list();
  for (const SourceState& source : state.sources) {
    const auto tally = state.by_source.find(source.name);
    const auto rate = state.rates.find(source.name);
    out.open()
        .member("name", source.name)
        .member("wanted", or_else(source.wanted, kRunning))
        .member("state", or_else(source.state, kStopped));
    out.member("detail", source.detail).member("received", tally == state.by_source.end() ? 0 : tally->second.received);
    out.key("rate_per_s").real(rate == state.rates.end() ? 0 : rate->second, 2);
    out.member("last_event_at", source.last_event_at).member("reconnects", source.reconnects).key("open_gap");
    const auto gap = std::find_if(state.open_gaps.begin(), state.open_gaps.end(),
                                  [&](const Gap& open) { return open.source == source.name; });
    if (gap == state.open_gaps.end()) {
      out.null();
    } else {
      out.open().member("from", gap->from).member("cause", gap->cause).close();
    }
    out.key("rate_limit_reset").null().key("budget_used_ratio").null().close();
  }
  out.close_list();
}

std::string overall_wanted(const PipelineState& state) {
  // A source that nobody stopped is wanted.
  if (state.sources.empty() || any_source(state, &SourceState::wanted, "")) return std::string(kRunning);
  for (const std::string_view wanted : {kRunning, kPaused}) {
    if (any_source(state, &SourceState::wanted, wanted)) return std::string(wanted);
  }
  return std::string(kStopped);
}

std::string overall_state(const PipelineState& state) {
  for (const std::string_view alive : {"connected", "connecting", "backing_off"}) {
    if (any_source(state, &SourceState::state, alive)) return std::string(kRunning);
  }
  for (const std::string_view other : {"failed", "paused"}) {
    if (any_source(state, &SourceState::state, other)) return std::string(other);
  }
  return std::string(kStopped);
}

void append_warnings(Json& out, const PipelineState& state) {
  out.key("warnings").open_list();
  if (!state.queue.durable) out.text("weak_durability");
  if (state.queue.entries_added > state.totals.accepted) out.text("recovered_entries");
  out.close_list();
}

}  // namespace tweetpulse::api
