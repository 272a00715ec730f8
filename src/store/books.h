// What the store keeps beside the tweets: cursors of sources, the ledger by source and minute, gaps, wanted states,
// heartbeats, and the worker ledger of group persist. Equations: delivery.md section 11.
// Threads: every method may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tweetpulse {

// received = refused + filtered + duplicate + accepted, always: a tally holds finished lines only.
struct Tally {
  std::int64_t received = 0, filtered = 0, duplicate = 0, accepted = 0, unconfirmed = 0;
  std::map<std::string, std::int64_t> refused;  // by reason
  std::int64_t refused_total() const;
  Tally& operator+=(const Tally& other);
};

struct LedgerRow {
  std::string source;
  Time minute{};
  Tally tally;
};

struct Gap {
  std::string source, cause;  // disconnect silence rate_limit quota slow_reader restart clamp queue_lost start_from_end
  Time from{};
  std::optional<Time> to;  // nullopt = open
  std::string filled;      // "" full partial
  std::optional<std::int64_t> lost;
};

struct Cursor {
  std::string source, pushed, stored;  // opaque; "" = none yet
};

struct SourceState {
  std::string name, wanted, state;  // running paused stopped; connected connecting backing_off paused stopped failed
  std::string detail;
  std::optional<Time> last_event_at;
  std::int64_t reconnects = 0;
};

struct WorkerState {
  std::string id, role, group, version;
  Time started_at{}, beat_at{};
  std::int64_t batch_size = 0, done = 0, failed = 0;
  double batch_p50_ms = 0, batch_p95_ms = 0;
};

struct WorkerTotals {  // group persist, every entry ever done, each in one class
  std::int64_t created = 0, changed = 0, erased = 0, duplicate = 0;
  std::int64_t done() const { return created + changed + erased + duplicate; }
};

class Books {
 public:
  virtual ~Books() = default;

  // One transaction: the tally is added to its minute and the cursor (if not "") becomes `pushed`.
  virtual Result<> checkpoint(std::string_view source, std::string_view cursor, const Tally& tally, Time minute) = 0;
  virtual Result<Cursor> cursor(std::string_view source) = 0;
  virtual Result<std::vector<Cursor>> cursors() = 0;
  virtual Result<> set_stored(std::string_view source, std::string_view cursor) = 0;
  virtual Result<> forget_cursor(std::string_view source) = 0;

  virtual Result<Tally> totals() = 0;  // of all sources and minutes
  virtual Result<std::map<std::string, Tally>> totals_by_source() = 0;
  virtual Result<std::vector<LedgerRow>> ledger(std::optional<Time> from, std::optional<Time> to) = 0;
  virtual Result<WorkerTotals> worker_totals() = 0;

  virtual Result<> open_gap(const Gap& gap) = 0;
  virtual Result<> close_gap(std::string_view source, Time to, std::string_view filled) = 0;
  virtual Result<std::vector<Gap>> gaps(std::optional<Time> from, std::optional<Time> to) = 0;

  virtual Result<> set_wanted(std::string_view source, std::string_view wanted) = 0;
  virtual Result<> set_state(const SourceState& state) = 0;  // leaves `wanted` alone
  virtual Result<std::vector<SourceState>> sources() = 0;
  virtual Result<> set_setting(std::string_view name, std::string_view json) = 0;  // e.g. simulator
  virtual Result<std::string> setting(std::string_view name) = 0;                  // "" = never set

  virtual Result<> beat(const WorkerState& worker) = 0;
  virtual Result<std::vector<WorkerState>> workers() = 0;
};

}  // namespace tweetpulse
