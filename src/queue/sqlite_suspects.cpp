#include "queue/sqlite_suspects.h"

namespace tweetpulse {

Result<int> note_suspect(sqlite::Database& database, std::string_view group, std::int64_t seq) {
  auto statement = database.prepare(
      "UPDATE pending SET suspected = suspected + 1 WHERE grp = ?1 AND seq = ?2 RETURNING suspected - 1");
  if (!statement) return statement.error();
  auto row = statement->bind(1, group).bind(2, seq).step();
  if (!row) return row.error();
  return *row ? static_cast<int>(statement->integer(0)) : 0;
}

Result<> spare_suspect(sqlite::Database& database, std::string_view group, std::int64_t seq) {
  auto statement = database.prepare("UPDATE pending SET suspected = max(0, suspected - 1) WHERE grp = ?1 AND seq = ?2");
  if (!statement) return statement.error();
  return statement->bind(1, group).bind(2, seq).run();
}

}  // namespace tweetpulse
