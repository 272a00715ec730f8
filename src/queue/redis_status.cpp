#include "queue/redis_status.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/failpoint.h"
#include "queue/redis_scripts.h"

namespace tweetpulse {
namespace {

class Meta {
 public:
  explicit Meta(const RedisReply& flat) {
    for (std::size_t i = 0; i + 1 < flat.list.size(); i += 2) fields_[flat.list[i].text] = flat.list[i + 1].text;
  }
  std::string_view text(const std::string& name) const {
    const auto found = fields_.find(name);
    return found == fields_.end() ? std::string_view() : found->second;
  }
  std::int64_t number(const std::string& name) const {
    const auto digits = text(name);
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

 private:
  std::map<std::string, std::string> fields_;
};

// What the group passed over since it was parked, or once and did not settle, is in flight.
void add_passed_over(GroupStatus& group, const Meta& meta, std::int64_t added) {
  const auto since = meta.number("parked:" + group.name);
  group.passed_over = meta.number("passed:" + group.name) - meta.number("settled:" + group.name);
  if (since > 0) {
    group.parked_at = from_ms(since);
    group.passed_over += meta.number("held:" + group.name) + added - meta.number("from:" + group.name);
  }
  if (group.passed_over == 0) return;
  group.lag += group.passed_over;
  const auto oldest = entry_id(meta.text("oldest:" + group.name));
  group.oldest_accepted = from_ms(oldest.ms);
  group.floor = std::max<std::int64_t>(0, oldest.ordinal - meta.number("base") - 1);
}

// {last delivered, pending, lowest pending, its idle time, next entry, consumers}
GroupStatus group_of(const RedisReply& row, const Meta& meta, const std::string& name, std::int64_t added) {
  GroupStatus group{.name = name, .oldest_pending = {}, .oldest_accepted = {}};
  const auto& fields = row.list;
  if (fields.size() < 6) return group;
  group.done = meta.number("done:" + name);
  group.buried = meta.number("buried:" + name);
  group.skipped = meta.number("skipped:" + name);
  group.dead_letters = meta.number("waiting:" + name);
  group.pending = fields[1].integer;
  const auto base = meta.number("base");
  // Our entries carry their number; XINFO's own lag is wrong after the log was loaded again (7.0).
  if (meta.number("parked:" + name) == 0)
    group.lag = added - std::clamp<std::int64_t>(entry_id(fields[0].text).ordinal - base, 0, added);
  group.floor = added - group.lag;
  const auto& lowest = fields[2].text;
  if (group.pending > 0 && !lowest.empty()) {
    group.floor = std::max<std::int64_t>(0, entry_id(lowest).ordinal - base - 1);
    group.oldest_pending = milliseconds(fields[3].integer);
    group.oldest_accepted = from_ms(entry_id(lowest).ms);
  } else if (!fields[4].text.empty()) {
    group.oldest_accepted = from_ms(entry_id(fields[4].text).ms);
  }
  group.consumers = static_cast<int>(fields[5].integer);
  add_passed_over(group, meta, added);
  return group;
}

}  // namespace

Result<QueueStatus> read_status(RedisPartition& partition) {
  for (int tries = 0;; ++tries) {
    const auto reply =
        partition.run(redis_script::kStatus, {partition.stream(), partition.key("meta"), partition.key("epoch")},
                      partition.config().groups);
    const bool wrong_type = !reply && reply.error().what.find("WRONGTYPE") != std::string::npos;
    if (!reply && !wrong_type) return reply.error();
    const bool lost = wrong_type || reply->list.size() < 4 ||
                      (reply->list[0].text != partition.epoch() && !partition.epoch().empty() && tries == 0);
    if (!lost) {
      const Meta meta(reply->list[2]);
      QueueStatus status{
          .adapter = "redis", .length = reply->list[1].integer, .epoch = reply->list[0].text, .groups = {}};
      status.entries_added = entry_id(reply->list[3].text).ordinal - meta.number("base");
      // Less than was there before: the server has forgotten what it had acknowledged.
      if (!partition.saw(status.entries_added) && !BROKEN("ignore_epoch")) {
        if (auto begun = partition.begin(true); !begun) return begun.error();
        continue;
      }
      if (const auto n = meta.number("n"); n > 0) status.bytes = status.length * meta.number("sum") / n;
      status.refused_letters = meta.number("waiting:ingest");
      for (std::size_t i = 0; i < partition.config().groups.size() && i + 4 < reply->list.size(); ++i)
        status.groups.push_back(group_of(reply->list[i + 4], meta, partition.config().groups[i], status.entries_added));
      return status;
    }
    if (tries == 3)
      return Error{ErrorCode::unavailable, "The queue " + partition.stream() + " changes too fast to read."};
    if (auto begun = partition.begin(); !begun) return begun.error();
  }
}

void add_status(QueueStatus& sum, const QueueStatus& other) {
  sum.length += other.length;
  sum.bytes += other.bytes;
  sum.entries_added += other.entries_added;
  sum.refused_letters += other.refused_letters;
  sum.epoch += "," + other.epoch;
  for (std::size_t i = 0; i < sum.groups.size() && i < other.groups.size(); ++i) {
    auto& group = sum.groups[i];
    const auto& more = other.groups[i];
    group.lag += more.lag;
    group.pending += more.pending;
    group.passed_over += more.passed_over;
    if (!group.parked_at) group.parked_at = more.parked_at;
    group.done += more.done;
    group.buried += more.buried;
    group.skipped += more.skipped;
    group.dead_letters += more.dead_letters;
    group.consumers = std::max(group.consumers, more.consumers);
    if (more.oldest_pending && (!group.oldest_pending || *more.oldest_pending > *group.oldest_pending))
      group.oldest_pending = more.oldest_pending;
    if (more.oldest_accepted && (!group.oldest_accepted || *more.oldest_accepted < *group.oldest_accepted))
      group.oldest_accepted = more.oldest_accepted;
    // Positions of several streams do not add up; only when all is done is the end surely reached.
    group.floor = group.lag + group.pending == 0 ? sum.entries_added : 0;
  }
}

}  // namespace tweetpulse
