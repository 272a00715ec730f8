#include "store/sqlite_chains.h"

#include <algorithm>
#include <map>

namespace tweetpulse {

SqliteChains::SqliteChains(Sql& sql, SqliteRows& rows) : sql_(sql), rows_(rows) {
  sql_.each("SELECT EXISTS (SELECT 1 FROM chains)", [&](const sqlite::Statement& row) { any_ = row.integer(0) != 0; });
}

void SqliteChains::learn(const std::vector<std::string>& ids, bool last_exists) {
  if (ids.size() < 2) return;
  any_ = true;
  // A history that starts later than one seen before still belongs to the older chain.
  std::string chain = ids.front();
  for (const auto& id : ids) {
    if (auto known = chain_of(id); !known.empty()) {
      chain = std::move(known);
      break;
    }
  }
  std::int64_t place = 0;
  for (const auto& id : ids) {
    ++place;
    sql_.run(
        "INSERT INTO chains (id, chain, place, stated) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET stated = max(stated, excluded.stated)",
        id, chain, place, last_exists && &id == &ids.back());
  }
}

std::string SqliteChains::chain_of(std::string_view id) {
  std::string chain;
  if (!any_) return chain;
  sql_.each(
      "SELECT chain FROM chains WHERE id = ?", [&](const sqlite::Statement& row) { chain = row.text(0); }, id);
  return chain;
}

bool SqliteChains::settle(std::string_view id) {
  if (const auto chain = chain_of(id); !chain.empty()) return settle_chain(chain);
  auto row = rows_.load(id);
  return row && settle_row(*row, row->erased(), row->erased_at.value_or(0));
}

void SqliteChains::follow(std::string_view id) {
  if (const auto chain = chain_of(id); !chain.empty()) settle_chain(chain);
}

bool SqliteChains::settle_chain(std::string_view chain) {
  struct Member {
    std::int64_t place = 0;
    bool stated = false;
  };
  std::map<std::string, Member> members;
  sql_.each(
      "SELECT id, place, stated FROM chains WHERE chain = ?",
      [&](const sqlite::Statement& row) {
        members[std::string(row.text(0))] = {row.integer(1), row.integer(2) != 0};
      },
      chain);
  auto rows = rows_.chain(chain);
  std::int64_t newest = 0, newest_at = 0, erased_at = 0;
  bool erased = false;
  for (const auto& [id, member] : members) {
    if (member.stated) newest = std::max(newest, member.place);
  }
  for (const auto& row : rows) {
    if (const auto place = members[row.id].place; row.observed >= 0 && place >= newest) {
      newest = place;
      newest_at = row.dimensions.created_at;
    }
    if (!row.erased()) continue;
    erased = true;
    erased_at = std::max(erased_at, *row.erased_at);
  }
  bool changed = false;
  for (auto& row : rows) {
    const bool gone = erased || members[row.id].place < newest;
    changed |= settle_row(row, gone, erased ? erased_at : newest_at);
  }
  return changed;
}

bool SqliteChains::settle_row(TweetRow& row, bool gone, std::int64_t removed_at) {
  const bool was_gone = row.state == RowState::tombstone;
  if (gone && !was_gone) {
    rows_.bury(row, removed_at);
    return true;
  }
  if (!was_gone || (gone && row.removed_at == removed_at)) return false;
  const TweetRow before = row;
  if (gone) {
    row.removed_at = removed_at;
  } else {
    row.state = RowState::waiting;
    row.removed_at.reset();
    row.observed = -1;
  }
  rows_.replace(before, row);
  return !gone;
}

}  // namespace tweetpulse
