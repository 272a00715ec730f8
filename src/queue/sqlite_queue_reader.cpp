#include "queue/sqlite_queue_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "queue/queue_metrics.h"
#include "queue/sqlite_consumers.h"
#include "queue/sqlite_dead_letters.h"
#include "queue/sqlite_suspects.h"
#include "queue/sqlite_taking.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;

constexpr milliseconds kPollEvery{20};  // how soon a push of another process is noticed

class SqliteQueueReader final : public QueueReader {
 public:
  SqliteQueueReader(std::shared_ptr<QueueFile> file, sqlite::Database database, std::string_view group,
                    std::string_view consumer)
      : file_(std::move(file)), database_(std::move(database)), group_(group), consumer_(consumer) {}
  ~SqliteQueueReader() override;

  Result<> join();
  Result<std::vector<Delivery>> read(std::size_t max, std::chrono::milliseconds wait) override;
  Result<> ack(std::span<const Delivery> deliveries) override;
  Result<int> suspect(const Delivery& delivery) override;
  Result<> spare(const Delivery& delivery) override;
  Result<> bury(const Delivery& delivery, std::string_view reason, std::string_view error) override;

 private:
  Result<std::vector<Taken>> take(std::size_t max);
  Result<std::vector<Delivery>> load(const std::vector<Taken>& taken);
  Result<> load_run(const std::vector<Taken>& taken, std::vector<Delivery>& loaded, std::vector<Delivery>& unreadable);
  Result<> load_each(const std::vector<Taken>& taken, std::vector<Delivery>& loaded, std::vector<Delivery>& unreadable);
  void parse(const Taken& taken, std::string_view payload, std::vector<Delivery>& loaded,
             std::vector<Delivery>& unreadable) const;
  Result<std::int64_t> settle(std::int64_t first, std::int64_t last);
  Result<> bury_entry(std::int64_t seq, const Delivery& delivery, std::string_view reason, std::string_view error);
  ConsumerPlace place() { return {*file_, database_, group_, consumer_}; }
  bool claim_is_due() const { return steady_clock::now() >= next_claim_; }
  Result<bool> wait_for_news(std::uint64_t rings_before, std::int64_t version_before,
                             steady_clock::time_point deadline);

  std::shared_ptr<QueueFile> file_;
  sqlite::Database database_;
  const std::string group_, consumer_;
  bool joined_ = false;
  // Entries of an earlier life: own pending ones with recovered_ < seq <= recover_to_.
  std::int64_t recovered_ = 0, recover_to_ = 0;
  steady_clock::time_point next_claim_{};
};

SqliteQueueReader::~SqliteQueueReader() {
  if (!joined_) return;
  const std::lock_guard lock(file_->members_mutex);
  const auto found = file_->members.find({group_, consumer_});
  if (found != file_->members.end()) file_->members.erase(found);
}

Result<> SqliteQueueReader::join() {
  const std::lock_guard lock(file_->writing);
  auto joined = database_.transaction([&]() -> Result<> {
    if (auto seen = mark_seen(database_, group_, consumer_); !seen) return seen;
    if (auto forgotten = forget_old_consumers(database_); !forgotten) return forgotten;
    auto statement = database_.prepare("SELECT coalesce(max(seq), 0) FROM pending WHERE grp = ?1 AND consumer = ?2");
    if (!statement) return statement.error();
    auto row = statement->bind(1, std::string_view(group_)).bind(2, std::string_view(consumer_)).step();
    if (!row) return row.error();
    recover_to_ = statement->integer(0);
    return {};
  });
  if (!joined) return joined;
  const std::lock_guard members_lock(file_->members_mutex);
  file_->members.emplace(group_, consumer_);
  joined_ = true;
  return {};
}

Result<std::vector<Delivery>> SqliteQueueReader::read(std::size_t max, std::chrono::milliseconds wait) {
  const auto deadline = steady_clock::now() + wait;
  if (max == 0) return std::vector<Delivery>();
  for (;;) {
    const auto rings_before = rings(*file_);
    const auto version_before = database_.data_version();
    if (!version_before) return version_before.error();
    auto taken = take(max);
    if (!taken) return taken.error();
    if (!taken->empty()) {
      auto loaded = load(*taken);
      if (!loaded || !loaded->empty()) return loaded;
      continue;  // every one was unreadable and is buried
    }
    auto news = wait_for_news(rings_before, *version_before, deadline);
    if (!news) return news.error();
    if (!*news) return std::vector<Delivery>();
  }
}

Result<bool> SqliteQueueReader::wait_for_news(std::uint64_t rings_before, std::int64_t version_before,
                                              steady_clock::time_point deadline) {
  for (;;) {
    {
      std::unique_lock lock(file_->bell_mutex);
      const auto until = std::min(deadline, steady_clock::now() + kPollEvery);
      if (file_->bell.wait_until(lock, until, [&] { return file_->rings != rings_before; })) return true;
    }
    if (steady_clock::now() >= deadline) return false;
    if (claim_is_due()) return true;
    auto version = database_.data_version();
    if (!version) return version.error();
    if (*version != version_before) return true;
  }
}

Result<std::vector<Taken>> SqliteQueueReader::take(std::size_t max) {
  if (recovered_ < recover_to_) {
    auto own = take_own(place(), max, recovered_, recover_to_);
    if (!own) return own;
    recovered_ = own->empty() ? recover_to_ : own->back().seq;
    if (!own->empty()) return own;
  }
  // Before new entries: under steady load there is always a new one, and those of the dead would wait for ever.
  if (claim_is_due()) {
    auto silent = take_silent(place(), max);
    if (!silent || !silent->empty()) return silent;
    next_claim_ = steady_clock::now() + file_->config.claim_after / 3;
  }
  return take_new(place(), max);
}

void SqliteQueueReader::parse(const Taken& taken, std::string_view payload, std::vector<Delivery>& loaded,
                              std::vector<Delivery>& unreadable) const {
  auto tweet = read_packed(payload);
  auto& list = tweet ? loaded : unreadable;
  list.push_back({.receipt = receipt_of(*file_, taken.seq), .tweet = {}, .attempt = taken.attempt});
  if (tweet) list.back().tweet = std::move(*tweet);
}

Result<> SqliteQueueReader::load_run(const std::vector<Taken>& taken, std::vector<Delivery>& loaded,
                                     std::vector<Delivery>& unreadable) {
  auto rows = database_.prepare("SELECT seq, payload FROM entries WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq");
  if (!rows) return rows.error();
  rows->bind(1, taken.front().seq).bind(2, taken.back().seq);
  for (const auto& entry : taken) {
    auto row = rows->step();
    if (!row) return row.error();
    parse(entry, *row ? rows->text(1) : std::string_view(), loaded, unreadable);
  }
  return {};
}

Result<> SqliteQueueReader::load_each(const std::vector<Taken>& taken, std::vector<Delivery>& loaded,
                                      std::vector<Delivery>& unreadable) {
  auto rows = database_.prepare("SELECT payload FROM entries WHERE seq = ?1");
  if (!rows) return rows.error();
  for (const auto& entry : taken) {
    auto row = rows->bind(1, entry.seq).step();
    if (!row) return row.error();
    parse(entry, *row ? rows->text(0) : std::string_view(), loaded, unreadable);
    rows->reset();
  }
  return {};
}

Result<std::vector<Delivery>> SqliteQueueReader::load(const std::vector<Taken>& taken) {
  std::vector<Delivery> loaded, unreadable;
  loaded.reserve(taken.size());
  const auto span = static_cast<std::size_t>(taken.back().seq - taken.front().seq) + 1;
  auto done = span == taken.size() ? load_run(taken, loaded, unreadable) : load_each(taken, loaded, unreadable);
  if (!done) return done.error();
  for (const auto& delivery : unreadable) {
    auto buried = bury(delivery, "corrupt", "the entry is no tweet that this version can read");
    if (!buried) return buried.error();
  }
  return loaded;
}

Result<std::int64_t> SqliteQueueReader::settle(std::int64_t first, std::int64_t last) {
  auto remove = database_.prepare("DELETE FROM pending WHERE grp = ?1 AND seq BETWEEN ?2 AND ?3");
  if (!remove) return remove.error();
  if (auto done = remove->bind(1, std::string_view(group_)).bind(2, first).bind(3, last).run(); !done) {
    return done.error();
  }
  return database_.changes();
}

Result<> SqliteQueueReader::ack(std::span<const Delivery> deliveries) {
  std::vector<std::int64_t> seqs;
  seqs.reserve(deliveries.size());
  for (const auto& delivery : deliveries) {
    auto seq = seq_of(*file_, delivery.receipt);
    if (!seq) return seq.error();
    seqs.push_back(*seq);
  }
  if (seqs.empty()) return {};
  std::sort(seqs.begin(), seqs.end());
  {
    const std::lock_guard lock(file_->writing);
    auto acked = database_.transaction([&]() -> Result<> {
      std::int64_t settled = 0;
      for (std::size_t begin = 0, end = 0; begin < seqs.size(); begin = end) {
        for (end = begin + 1; end < seqs.size() && seqs[end] - seqs[end - 1] <= 1; ++end) {
        }
        auto run = settle(seqs[begin], seqs[end - 1]);
        if (!run) return run.error();
        settled += *run;
      }
      auto count = database_.prepare("UPDATE groups SET done = done + ?1 WHERE name = ?2");
      if (!count) return count.error();
      return count->bind(1, settled).bind(2, std::string_view(group_)).run();
    });
    if (!acked) return acked;
  }
  // The entries are settled whatever becomes of the trimming; a full queue trims again in push.
  (void)trim_sometimes(database_, *file_);
  return {};
}

Result<int> SqliteQueueReader::suspect(const Delivery& delivery) {
  auto seq = seq_of(*file_, delivery.receipt);
  if (!seq) return seq.error();
  const std::lock_guard lock(file_->writing);
  return note_suspect(database_, group_, *seq);
}

Result<> SqliteQueueReader::spare(const Delivery& delivery) {
  auto seq = seq_of(*file_, delivery.receipt);
  if (!seq) return seq.error();
  const std::lock_guard lock(file_->writing);
  return spare_suspect(database_, group_, *seq);
}

Result<> SqliteQueueReader::bury(const Delivery& delivery, std::string_view reason, std::string_view error) {
  auto seq = seq_of(*file_, delivery.receipt);
  if (!seq) return seq.error();
  const std::lock_guard lock(file_->writing);
  auto buried = database_.transaction([&] { return bury_entry(*seq, delivery, reason, error); });
  if (buried) count_buried(group_, reason);
  return buried;
}

Result<> SqliteQueueReader::bury_entry(std::int64_t seq, const Delivery& delivery, std::string_view reason,
                                       std::string_view error) {
  auto settled = settle(seq, seq);
  if (!settled) return settled.error();
  if (*settled == 0) return {};  // acked or buried before
  DeadLetter letter{.id = fmt::format("{}-{}", group_, delivery.receipt),
                    .group = group_,
                    .reason = std::string(reason),
                    .source = delivery.tweet.source,
                    .tweet_id = delivery.tweet.id,
                    .payload = {},
                    .attempts = delivery.attempt,
                    .first_error = std::string(error),
                    .last_error = std::string(error),
                    .first_at = now(),
                    .last_at = now()};
  auto entry = database_.prepare("SELECT payload FROM entries WHERE seq = ?1");
  if (!entry) return entry.error();
  auto row = entry->bind(1, seq).step();
  if (!row) return row.error();
  if (*row) letter.payload = std::string(entry->text(0));
  if (auto kept = keep_letter(database_, letter); !kept) return kept;
  auto count = database_.prepare("UPDATE groups SET buried = buried + 1 WHERE name = ?1");
  if (!count) return count.error();
  return count->bind(1, std::string_view(group_)).run();
}

}  // namespace

Result<std::unique_ptr<QueueReader>> join_group(std::shared_ptr<QueueFile> file, std::string_view group,
                                                std::string_view consumer) {
  // An ack may be lost with the power, never with the process: the sink takes a repeated tweet.
  auto database = connect(*file, false);
  if (!database) return database.error();
  auto reader = std::make_unique<SqliteQueueReader>(std::move(file), std::move(*database), group, consumer);
  if (auto joined = reader->join(); !joined) return joined.error();
  return std::unique_ptr<QueueReader>(std::move(reader));
}

}  // namespace tweetpulse
