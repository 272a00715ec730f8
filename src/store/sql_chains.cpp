#include "store/sql_chains.h"

#include <algorithm>
#include <map>

namespace tweetpulse {

void SqlChains::ask(const std::vector<std::string_view>& ids) {
  if (sql_.dialect().embedded && !any_in(sql_, "chains")) return;
  sql_.ask(
      "SELECT id, chain FROM chains WHERE id = ANY($1)",
      [this](const SqlRow& row) { chains_.emplace(row.text(0), row.text(1)); }, ids);
}

void SqlChains::learn(const std::vector<std::string>& ids, bool last_exists) {
  if (ids.size() < 2) return;
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
        "INSERT INTO chains (id, chain, place, stated) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (id) DO UPDATE SET stated = chains.stated OR excluded.stated",
        id, chain, place, last_exists && &id == &ids.back());
    chains_.emplace(id, chain);
  }
}

std::string SqlChains::chain_of(const std::string& id) const {
  const auto found = chains_.find(id);
  return found == chains_.end() ? std::string() : found->second;
}

bool SqlChains::settle(const std::string& id) {
  if (const auto chain = chain_of(id); !chain.empty()) return settle_chain(chain);
  auto row = rows_.load(id);
  return row && settle_row(*row, row->erased(), row->erased_at.value_or(0));
}

void SqlChains::follow(const std::string& id) {
  if (const auto chain = chain_of(id); !chain.empty()) settle_chain(chain);
}

bool SqlChains::settle_chain(const std::string& chain) {
  struct Member {
    std::int64_t place = 0;
    bool stated = false;
  };
  std::map<std::string, Member> members;
  sql_.each(
      "SELECT id, place, stated FROM chains WHERE chain = $1",
      [&](const SqlRow& row) {
        members[std::string(row.text(0))] = {row.integer(1), row.flag(2)};
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

bool SqlChains::settle_row(TweetRow& row, bool gone, std::int64_t removed_at) {
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
