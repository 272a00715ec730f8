#include "store/sqlite_authors.h"

namespace tweetpulse {

SqliteAuthors::SqliteAuthors(Sql& sql, SqliteRows& rows, SqliteChains& chains)
    : sql_(sql), rows_(rows), chains_(chains) {
  sql_.each("SELECT EXISTS (SELECT 1 FROM author_marks)",
            [&](const sqlite::Statement& row) { any_ = row.integer(0) != 0; });
}

AuthorMarks SqliteAuthors::marks(std::string_view author) {
  AuthorMarks marks;
  if (!any_ || author.empty()) return marks;
  sql_.each(
      "SELECT erased_at, hidden, hidden_at, withheld, withheld_at, scrubbed_to FROM author_marks WHERE author = ?",
      [&](const sqlite::Statement& row) {
        marks.erased_at = integer_or_null(row, 0);
        marks.hidden = row.integer(1) != 0;
        marks.hidden_at = integer_or_null(row, 2);
        if (!row.is_null(3)) marks.withheld = row.text(3);
        marks.withheld_at = integer_or_null(row, 4);
        if (!row.is_null(5)) marks.scrubbed_to = row.text(5);
      },
      author);
  return marks;
}

void SqliteAuthors::save(std::string_view author, const AuthorMarks& marks) {
  any_ = true;
  sql_.run(
      "INSERT OR REPLACE INTO author_marks (author, erased_at, hidden, hidden_at, withheld, withheld_at, scrubbed_to)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      author, marks.erased_at, marks.hidden, marks.hidden_at, marks.withheld, marks.withheld_at, marks.scrubbed_to);
  rows_.mark_changed();
}

SqliteAuthors::Effect SqliteAuthors::apply(const Tweet& action) {
  if (action.author.id.empty()) return Effect::none;
  AuthorMarks known = marks(action.author.id);
  switch (action.action) {
    case Action::erase_author:
      return erase(action, std::move(known));
    case Action::hide_author:
    case Action::show_author:
      return hide(action, std::move(known));
    case Action::withhold:
      return withhold(action, std::move(known));
    case Action::scrub_geo:
      return scrub(action, std::move(known));
    default:
      return Effect::none;
  }
}

std::vector<std::string> SqliteAuthors::ids_of(std::string_view author) {
  constexpr std::int64_t kPage = 500;
  std::vector<std::string> ids;
  sql_.each(
      "SELECT id FROM tweets WHERE author = ? LIMIT ?",
      [&](const sqlite::Statement& row) { ids.emplace_back(row.text(0)); }, author, kPage);
  return ids;
}

SqliteAuthors::Effect SqliteAuthors::erase(const Tweet& action, AuthorMarks marks) {
  const std::int64_t at = event_ms(action);
  const bool first = !marks.erased_at;
  if (!raise(marks.erased_at, at)) return Effect::none;
  save(action.author.id, marks);
  bool erased = false;
  // A tombstone has no author any more, so each page is another one.
  for (auto ids = ids_of(action.author.id); !ids.empty() && !sql_.failed(); ids = ids_of(action.author.id)) {
    for (const auto& id : ids) {
      const auto before = rows_.load(id);
      if (!before || before->state == RowState::tombstone) continue;
      TweetRow row = *before;
      row.erased_at = std::max({at, row.erased_at.value_or(at), row.restored_at.value_or(at)});
      rows_.replace(*before, row);
      erased |= chains_.settle(id);
    }
  }
  return erased ? Effect::erased : first ? Effect::changed : Effect::none;
}

SqliteAuthors::Effect SqliteAuthors::hide(const Tweet& action, AuthorMarks marks) {
  const std::int64_t at = event_ms(action);
  const bool hidden = action.action == Action::hide_author;
  // At the same millisecond hiding wins, whichever comes first.
  const bool tie = marks.hidden_at == at && hidden && !marks.hidden;
  if (!raise(marks.hidden_at, at) && !tie) return Effect::none;
  marks.hidden = hidden;
  save(action.author.id, marks);
  std::vector<TweetRow> shown;
  if (hidden) {
    sql_.each(
        "SELECT id, withheld FROM tweets WHERE author = ? AND state = 0 AND hidden = 0",
        [&](const sqlite::Statement& row) {
          TweetRow tweet;
          tweet.state = RowState::live;
          tweet.id = row.text(0);
          tweet.withheld = row.text(1);
          shown.push_back(std::move(tweet));
        },
        action.author.id);
  }
  for (const auto& row : shown) {
    if (rows_.visible(row)) rows_.removed(row.id);
  }
  sql_.run("UPDATE tweets SET hidden = ? WHERE author = ? AND state = 0", hidden, action.author.id);
  return Effect::changed;
}

SqliteAuthors::Effect SqliteAuthors::withhold(const Tweet& action, AuthorMarks marks) {
  if (!raise(marks.withheld_at, event_ms(action))) return Effect::none;
  marks.withheld = joined_countries(action.withheld_in);
  save(action.author.id, marks);
  std::vector<std::string> ids;
  sql_.each(
      "SELECT id FROM tweets WHERE author = ? AND state = 0 AND marked_at IS NULL",
      [&](const sqlite::Statement& row) { ids.emplace_back(row.text(0)); }, action.author.id);
  for (const auto& id : ids) {
    const auto before = rows_.load(id);
    if (!before) continue;
    TweetRow row = *before;
    row.withheld = *marks.withheld;
    rows_.replace(*before, row);
  }
  return Effect::changed;
}

SqliteAuthors::Effect SqliteAuthors::scrub(const Tweet& action, AuthorMarks marks) {
  const bool known =
      action.up_to_id.empty() || (marks.scrubbed_to && id_not_after(action.up_to_id, *marks.scrubbed_to));
  std::vector<std::pair<std::int64_t, std::string>> payloads;
  sql_.each(
      "SELECT t.number, t.id, b.raw FROM tweets t JOIN tweet_bodies b ON b.number = t.number"
      " WHERE t.author = ? AND b.raw IS NOT NULL",
      [&](const sqlite::Statement& row) {
        if (action.up_to_id.empty() || id_not_after(row.text(1), action.up_to_id)) {
          payloads.emplace_back(row.integer(0), std::string(row.text(2)));
        }
      },
      action.author.id);
  bool changed = false;
  for (const auto& [number, raw] : payloads) {
    const std::string left = scrubbed(raw);
    if (left == raw) continue;
    changed = true;
    sql_.run("UPDATE tweet_bodies SET raw = ? WHERE number = ?", text_or_null(left), number);
  }
  if (known) return changed ? Effect::changed : Effect::none;
  marks.scrubbed_to = action.up_to_id;
  save(action.author.id, marks);
  return Effect::changed;
}

std::string SqliteAuthors::scrubbed(std::string_view raw) {
  std::string text(raw);
  bool valid = false;
  sql_.each(
      "SELECT json_valid(?)", [&](const sqlite::Statement& row) { valid = row.integer(0) != 0; }, text);
  if (!valid) return {};
  std::vector<std::string> places;
  sql_.each(
      "SELECT fullkey FROM json_tree(?) WHERE key IN ('geo', 'coordinates', 'place', 'places')",
      [&](const sqlite::Statement& row) { places.emplace_back(row.text(0)); }, text);
  for (const auto& place : places) {
    std::string left;
    sql_.each(
        "SELECT json_remove(?, ?)", [&](const sqlite::Statement& row) { left = row.text(0); }, text, place);
    text = std::move(left);
  }
  return text;
}

}  // namespace tweetpulse
