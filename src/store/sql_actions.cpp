// Actions on one tweet: delivery.md section 7.
#include "store/sql_save.h"

#include <algorithm>

namespace tweetpulse {

TweetRow SqlSave::placeholder(const Tweet& action) const {
  TweetRow row;
  row.id = action.id.empty() ? action.alias : action.id;
  row.dimensions = {0, action.source, std::string(to_string(Kind::original)), "und", "unscored"};
  row.alias = text_or_null(action.alias);
  row.uncounted = !ledger_.counts();
  return row;
}

SqlSave::Class SqlSave::erase(const Tweet& action, std::optional<TweetRow>& row) {
  const std::int64_t at = event_ms(action);
  if (!row) {
    TweetRow fresh = placeholder(action);
    fresh.erased_at = at;
    rows_.insert(fresh);
    chains_.settle(fresh.id);
    return Class::created;
  }
  TweetRow next = *row;
  if (!raise(next.erased_at, at)) return Class::duplicate;
  rows_.replace(*row, next);
  return chains_.settle(row->id) ? Class::erased : Class::duplicate;
}

SqlSave::Class SqlSave::restore(const Tweet& action, std::optional<TweetRow>& row) {
  const std::int64_t at = event_ms(action);
  if (!row) {
    TweetRow fresh = placeholder(action);
    fresh.restored_at = at;
    rows_.insert(fresh);
    chains_.settle(fresh.id);
    return Class::created;
  }
  TweetRow next = *row;
  if (!raise(next.restored_at, at)) return Class::duplicate;
  rows_.replace(*row, next);
  return chains_.settle(row->id) ? Class::changed : Class::duplicate;
}

SqlSave::Class SqlSave::withhold(const Tweet& action, std::optional<TweetRow>& row) {
  TweetRow next = row ? *row : placeholder(action);
  if (!raise(next.marked_at, event_ms(action))) return Class::duplicate;
  next.marked = joined_countries(action.withheld_in);
  if (next.live()) next.withheld = *next.marked;
  if (!row) {
    rows_.insert(next);
    chains_.settle(next.id);
    return Class::created;
  }
  rows_.replace(*row, next);
  return Class::changed;
}

// An edit told without its text: all versions but the last are gone.
SqlSave::Class SqlSave::restate(const Tweet& action, std::optional<TweetRow>& row) {
  std::vector<std::string> versions = action.edit_history;
  if (std::find(versions.begin(), versions.end(), action.id) == versions.end())
    versions.insert(versions.begin(), action.id);
  chains_.learn(versions, true);
  if (row) return chains_.settle(row->id) ? Class::erased : Class::duplicate;
  TweetRow fresh = placeholder(action);
  rows_.insert(fresh);
  chains_.settle(fresh.id);
  return Class::created;
}

}  // namespace tweetpulse
