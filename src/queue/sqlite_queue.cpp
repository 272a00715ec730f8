#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/log.h"
#include "queue/adapters.h"
#include "queue/queue_metrics.h"
#include "queue/sqlite_consumers.h"
#include "queue/sqlite_dead_letters.h"
#include "queue/sqlite_queue_file.h"
#include "queue/sqlite_queue_reader.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr milliseconds kBeatAtMost{5'000};

class SqliteQueue final : public Queue {
 public:
  SqliteQueue(std::shared_ptr<QueueFile> file, sqlite::Database writer, sqlite::Database viewer)
      : file_(std::move(file)), writer_(std::move(writer)), viewer_(std::move(viewer)) {
    beating_ = std::jthread([this](std::stop_token stop) { keep_beating(stop); });
  }
  ~SqliteQueue() override;

  Result<> push(std::span<const Tweet> tweets) override;
  Result<std::unique_ptr<QueueReader>> join(std::string_view group, std::string_view consumer) override;
  Result<> bury(std::span<const DeadLetter> letters) override;
  Result<DeadLetterPage> dead_letters(const DeadLetterFilter& filter, std::size_t limit,
                                      std::string_view after) override;
  Result<std::int64_t> redrive(const DeadLetterFilter& filter) override;
  Result<std::int64_t> discard(const DeadLetterFilter& filter) override;
  Result<std::vector<std::string>> dead_tweet_ids(std::string_view group, std::string_view after,
                                                  std::size_t limit) override;
  Result<std::int64_t> discard_tweets(std::span<const std::string> tweet_ids) override;
  Result<QueueStatus> status() override;
  std::string epoch() override { return file_->epoch; }
  Result<> ping() override;

 private:
  Result<> find_room(std::int64_t bytes);
  Result<> room_in(const QueueTotals& totals, std::int64_t bytes);
  Result<> room_for_letters(std::int64_t dead_bytes) const;
  Result<> group_status(GroupStatus& group, const QueueTotals& totals);
  void keep_beating(std::stop_token stop);

  std::shared_ptr<QueueFile> file_;
  sqlite::Database writer_;  // used with file_->writing held
  std::mutex viewing_;
  sqlite::Database viewer_;  // used with viewing_ held
  std::atomic<bool> full_ = false;
  std::mutex beat_mutex_;
  std::condition_variable_any beat_stopped_;
  std::jthread beating_;
};

SqliteQueue::~SqliteQueue() {
  beating_.request_stop();
  if (beating_.joinable()) beating_.join();
}

// A consumer whose process hangs or died falls silent, and others claim its entries.
void SqliteQueue::keep_beating(std::stop_token stop) {
  const auto every = std::clamp(file_->config.claim_after / 4, milliseconds(1), kBeatAtMost);
  for (;;) {
    {
      std::unique_lock lock(beat_mutex_);
      beat_stopped_.wait_for(lock, stop, every, [] { return false; });
    }
    if (stop.stop_requested()) return;
    const std::lock_guard lock(file_->writing);
    if (auto beaten = beat(writer_, *file_); !beaten) {
      log::warn("queue", "The readers' sign of life could not be written", {{"reason", beaten.error().what}});
    }
  }
}

Result<> SqliteQueue::room_for_letters(std::int64_t dead_bytes) const {
  if (dead_bytes <= file_->config.dead_max_bytes) return {};
  return Error{ErrorCode::unavailable,
               fmt::format("{} holds {} bytes of dead letters (queue.dead_max_bytes = {}): redrive or discard some, or "
                           "raise the limit",
                           file_->config.file.string(), dead_bytes, file_->config.dead_max_bytes)};
}

Result<> SqliteQueue::room_in(const QueueTotals& totals, std::int64_t bytes) {
  if (auto room = room_for_letters(totals.dead_bytes); !room) return room;
  const auto max = file_->config.max_bytes;
  // An empty queue takes any batch: else one that is larger than the limit would never pass.
  const bool fits = totals.bytes == 0 || (full_ ? totals.bytes + bytes <= max / 10 * 9 : totals.bytes + bytes <= max);
  full_ = !fits;
  if (fits) return {};
  return Error{ErrorCode::unavailable,
               fmt::format("{} holds {} bytes of waiting tweets (queue.max_bytes = {}): wait until the workers have "
                           "caught up, or raise the limit",
                           file_->config.file.string(), totals.bytes, max)};
}

Result<> SqliteQueue::find_room(std::int64_t bytes) {
  for (const bool trimmed : {false, true}) {
    if (trimmed) {
      if (auto done = trim(writer_, *file_); !done) return done;
    }
    const std::lock_guard lock(file_->writing);
    auto totals = read_totals(writer_);
    if (!totals) return totals.error();
    auto room = room_in(*totals, bytes);
    if (room) return room_on_disk(writer_, *file_, bytes);
    if (trimmed) return room;
  }
  return {};
}

Result<> SqliteQueue::push(std::span<const Tweet> tweets) {
  if (tweets.empty()) return {};
  std::string packed;
  std::vector<std::size_t> ends;
  ends.reserve(tweets.size());
  for (const auto& tweet : tweets) {
    append_packed(packed, tweet);
    ends.push_back(packed.size());
  }
  if (auto room = find_room(static_cast<std::int64_t>(packed.size())); !room) return room;
  {
    const std::lock_guard lock(file_->writing);
    auto pushed = writer_.transaction([&]() -> Result<> {
      auto totals = read_totals(writer_);
      if (!totals) return totals.error();
      if (auto room = room_in(*totals, static_cast<std::int64_t>(packed.size())); !room) return room;
      const auto at = now();
      std::size_t begin = 0;
      for (const auto end : ends) {
        const auto payload = std::string_view(packed).substr(begin, end - begin);
        if (auto added = append_entry(writer_, *totals, at, payload); !added) return added;
        begin = end;
      }
      return write_totals(writer_, *totals);
    });
    if (!pushed) return pushed;
  }
  ring(*file_);
  return {};
}

Result<> SqliteQueue::ping() {
  if (auto room = find_room(0); !room) return room;
  const std::lock_guard lock(file_->writing);
  return writer_.transaction([&]() -> Result<> {
    auto statement = writer_.prepare("INSERT OR REPLACE INTO meta VALUES ('pinged_at', ?1)");
    if (!statement) return statement.error();
    const auto at = format_rfc3339(now());
    return statement->bind(1, std::string_view(at)).run();
  });
}

Result<std::unique_ptr<QueueReader>> SqliteQueue::join(std::string_view group, std::string_view consumer) {
  const auto& groups = file_->config.groups;
  if (std::find(groups.begin(), groups.end(), group) == groups.end()) {
    return Error{ErrorCode::not_found,
                 fmt::format("{} has no group {}: add it to queue.groups", file_->config.file.string(), group)};
  }
  return join_group(file_, group, consumer);
}

Result<> SqliteQueue::bury(std::span<const DeadLetter> letters) {
  if (letters.empty()) return {};
  const std::lock_guard lock(file_->writing);
  auto totals = read_totals(writer_);
  if (!totals) return totals.error();
  if (auto room = room_for_letters(totals->dead_bytes); !room) return room;
  auto kept_all = writer_.transaction([&]() -> Result<> {
    for (const auto& letter : letters) {
      if (auto kept = keep_letter(writer_, letter); !kept) return kept;
    }
    return {};
  });
  if (kept_all)
    for (const auto& letter : letters) count_buried(letter.group, letter.reason);
  return kept_all;
}

Result<DeadLetterPage> SqliteQueue::dead_letters(const DeadLetterFilter& filter, std::size_t limit,
                                                 std::string_view after) {
  const std::lock_guard lock(viewing_);
  return list_letters(viewer_, filter, limit, after);
}

Result<std::int64_t> SqliteQueue::redrive(const DeadLetterFilter& filter) {
  Result<std::int64_t> redriven = 0;
  {
    const std::lock_guard lock(file_->writing);
    redriven = redrive_letters(writer_, filter);
  }
  ring(*file_);
  return redriven;
}

Result<std::int64_t> SqliteQueue::discard(const DeadLetterFilter& filter) {
  const std::lock_guard lock(file_->writing);
  return discard_letters(writer_, filter);
}

Result<std::vector<std::string>> SqliteQueue::dead_tweet_ids(std::string_view group, std::string_view after,
                                                             std::size_t limit) {
  const std::lock_guard lock(viewing_);
  return list_dead_tweets(viewer_, group, after, limit);
}

Result<std::int64_t> SqliteQueue::discard_tweets(std::span<const std::string> tweet_ids) {
  const std::lock_guard lock(file_->writing);
  return discard_letters_of(writer_, tweet_ids);
}

Result<> SqliteQueue::group_status(GroupStatus& group, const QueueTotals& totals) {
  auto row = viewer_.prepare(
      "SELECT max(last, ?2), done, buried, (SELECT count(*) FROM pending WHERE grp = name), "
      "(SELECT min(delivered_at) FROM pending WHERE grp = name), "
      "(SELECT pushed_at FROM entries WHERE seq = "
      "  coalesce((SELECT min(seq) FROM pending WHERE grp = name), max(last, ?2) + 1)), "
      "(SELECT count(*) FROM consumers WHERE grp = groups.name AND seen_at BETWEEN ?3 AND ?4), "
      "coalesce((SELECT min(seq) - 1 FROM pending WHERE grp = name), max(last, ?2)) "
      "FROM groups WHERE name = ?1");
  if (!row) return row.error();
  const auto now_ms = monotonic_ms();
  row->bind(1, std::string_view(group.name)).bind(2, totals.trimmed);
  row->bind(3, now_ms - file_->config.claim_after.count()).bind(4, now_ms);
  auto found = row->step();
  if (!found) return found.error();
  if (!*found) return {};
  group.lag = totals.added - row->integer(0);
  group.done = row->integer(1);
  group.buried = row->integer(2);
  group.pending = row->integer(3);
  if (!row->is_null(4)) group.oldest_pending = std::max(milliseconds(0), now() - from_ms(row->integer(4)));
  if (!row->is_null(5)) group.oldest_accepted = from_ms(row->integer(5));
  group.consumers = static_cast<int>(row->integer(6));
  group.floor = row->integer(7);
  return {};
}

Result<QueueStatus> SqliteQueue::status() {
  const std::lock_guard lock(viewing_);
  // One read transaction, so that the figures belong together.
  if (auto begun = viewer_.execute("BEGIN"); !begun) return begun.error();
  auto read = [&]() -> Result<QueueStatus> {
    auto totals = read_totals(viewer_);
    if (!totals) return totals.error();
    auto letters = count_letters(viewer_);
    if (!letters) return letters.error();
    QueueStatus status{.adapter = "sqlite",
                       .length = totals->added - totals->trimmed,
                       .bytes = totals->bytes,
                       .max_bytes = file_->config.max_bytes,
                       .entries_added = totals->added,
                       .epoch = file_->epoch,
                       .groups = {}};
    for (const auto& name : file_->config.groups) {
      GroupStatus group{.name = name, .oldest_pending = {}, .oldest_accepted = {}};
      if (auto filled = group_status(group, *totals); !filled) return filled.error();
      status.groups.push_back(std::move(group));
    }
    for (const auto& [name, count] : *letters) {
      if (name == "ingest") status.refused_letters = count;
      for (auto& group : status.groups) {
        if (group.name == name) group.dead_letters = count;
      }
    }
    return status;
  };
  auto status = read();
  (void)viewer_.execute("COMMIT");
  return status;
}

}  // namespace

Result<std::unique_ptr<Queue>> open(const SqliteQueueConfig& config) {
  auto file = std::make_shared<QueueFile>(config);
  auto writer = connect(*file, true);
  if (!writer) return writer.error();
  if (auto prepared = prepare_file(*writer, *file); !prepared) return prepared.error();
  auto viewer = connect(*file, false);
  if (!viewer) return viewer.error();
  return std::unique_ptr<Queue>(std::make_unique<SqliteQueue>(std::move(file), std::move(*writer), std::move(*viewer)));
}

}  // namespace tweetpulse
