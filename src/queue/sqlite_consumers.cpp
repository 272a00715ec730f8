#include "queue/sqlite_consumers.h"

namespace tweetpulse {
namespace {

constexpr milliseconds kForgetConsumerAfter{24 * 3'600'000};

}  // namespace

Result<> mark_seen(sqlite::Database& database, std::string_view group, std::string_view consumer) {
  auto statement = database.prepare(
      "INSERT INTO consumers (grp, name, seen_at) VALUES (?1, ?2, ?3) "
      "ON CONFLICT (grp, name) DO UPDATE SET seen_at = excluded.seen_at");
  if (!statement) return statement.error();
  return statement->bind(1, group).bind(2, consumer).bind(3, monotonic_ms()).run();
}

Result<> forget_old_consumers(sqlite::Database& database) {
  auto statement = database.prepare(
      "DELETE FROM consumers WHERE seen_at NOT BETWEEN ?1 AND ?2 "
      "AND NOT EXISTS (SELECT 1 FROM pending WHERE pending.grp = consumers.grp AND consumer = name)");
  if (!statement) return statement.error();
  const auto now_ms = monotonic_ms();
  return statement->bind(1, now_ms - kForgetConsumerAfter.count()).bind(2, now_ms).run();
}

Result<> beat(sqlite::Database& database, QueueFile& file) {
  std::multiset<std::pair<std::string, std::string>> members;
  {
    const std::lock_guard lock(file.members_mutex);
    members = file.members;
  }
  if (members.empty()) return {};
  return database.transaction([&]() -> Result<> {
    for (const auto& [group, consumer] : members) {
      if (auto seen = mark_seen(database, group, consumer); !seen) return seen;
    }
    return {};
  });
}

}  // namespace tweetpulse
