#include "store/sql_authors.h"

#include <array>

#include "store/json_scrub.h"

namespace tweetpulse {
SqlAuthors::SqlAuthors(Sql& sql, SqlRows& rows, SqlChains& chains) : sql_(sql), rows_(rows), chains_(chains) {}

void SqlAuthors::ask(const std::vector<std::string_view>& authors) {
  if (sql_.dialect().embedded && !any_in(sql_, "author_marks")) return;
  sql_.ask(
      "SELECT author, erased_at, hidden, hidden_at, withheld, withheld_at, scrubbed_to FROM author_marks"
      " WHERE author = ANY($1)",
      [this](const SqlRow& row) {
        auto& marks = marks_[std::string(row.text(0))];
        marks.erased_at = row.ms_or_null(1);
        marks.hidden = row.flag(2);
        marks.hidden_at = row.ms_or_null(3);
        marks.withheld = row.text_or_null(4);
        marks.withheld_at = row.ms_or_null(5);
        marks.scrubbed_to = row.text_or_null(6);
      },
      authors);
}

const AuthorMarks& SqlAuthors::marks(const std::string& author) const {
  static const AuthorMarks kNone;
  if (marks_.empty()) return kNone;
  const auto found = marks_.find(author);
  return found == marks_.end() ? kNone : found->second;
}

void SqlAuthors::save(const std::string& author, const AuthorMarks& marks) {
  marks_[author] = marks;
  sql_.run(
      "INSERT INTO author_marks (author, erased_at, hidden, hidden_at, withheld, withheld_at, scrubbed_to)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (author) DO UPDATE SET erased_at = excluded.erased_at,"
      " hidden = excluded.hidden, hidden_at = excluded.hidden_at, withheld = excluded.withheld,"
      " withheld_at = excluded.withheld_at, scrubbed_to = excluded.scrubbed_to",
      author, time_of(marks.erased_at), marks.hidden, time_of(marks.hidden_at), marks.withheld,
      time_of(marks.withheld_at), marks.scrubbed_to);
  rows_.mark_changed();
}

SqlAuthors::Effect SqlAuthors::apply(const Tweet& action) {
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

SqlAuthors::Effect SqlAuthors::erase(const Tweet& action, AuthorMarks marks) {
  const std::int64_t at = event_ms(action);
  const bool first = !marks.erased_at;
  if (!raise(marks.erased_at, at)) return Effect::none;
  save(action.author.id, marks);
  bool erased = false;
  for (const auto& named : rows_.live_of(action.author.id)) {
    if (sql_.failed()) break;
    // One of a chain takes the others with it.
    const auto before = rows_.load(named.id);
    if (!before || before->state == RowState::tombstone) continue;
    TweetRow row = *before;
    row.erased_at = std::max({at, row.erased_at.value_or(at), row.restored_at.value_or(at)});
    rows_.replace(*before, row);
    erased |= chains_.settle(named.id);
  }
  return erased ? Effect::erased : first ? Effect::changed : Effect::none;
}

SqlAuthors::Effect SqlAuthors::hide(const Tweet& action, AuthorMarks marks) {
  const std::int64_t at = event_ms(action);
  const bool hidden = action.action == Action::hide_author;
  // At the same millisecond hiding wins, whichever comes first.
  const bool tie = marks.hidden_at == at && hidden && !marks.hidden;
  if (!raise(marks.hidden_at, at) && !tie) return Effect::none;
  marks.hidden = hidden;
  save(action.author.id, marks);
  for (const auto& before : rows_.live_of(action.author.id)) {
    if (!before.live() || before.hidden == hidden) continue;
    TweetRow row = before;
    row.hidden = hidden;
    rows_.replace(before, row);
  }
  return Effect::changed;
}

SqlAuthors::Effect SqlAuthors::withhold(const Tweet& action, AuthorMarks marks) {
  if (!raise(marks.withheld_at, event_ms(action))) return Effect::none;
  marks.withheld = joined_countries(action.withheld_in);
  save(action.author.id, marks);
  for (const auto& before : rows_.live_of(action.author.id)) {
    if (!before.live() || before.marked_at) continue;
    TweetRow row = before;
    row.withheld = *marks.withheld;
    rows_.replace(before, row);
  }
  return Effect::changed;
}

SqlAuthors::Effect SqlAuthors::scrub(const Tweet& action, AuthorMarks marks) {
  const bool known =
      action.up_to_id.empty() || (marks.scrubbed_to && id_not_after(action.up_to_id, *marks.scrubbed_to));
  std::vector<std::pair<std::string, std::string>> payloads;
  sql_.each(
      "SELECT t.id, raw FROM tweets t " + std::string(sql_.dialect().bodies) +
          " WHERE t.author = $1 AND raw IS NOT NULL ORDER BY t.id" + std::string(sql_.dialect().locked),
      [&](const SqlRow& row) {
        if (action.up_to_id.empty() || id_not_after(row.text(0), action.up_to_id)) {
          payloads.emplace_back(row.text(0), row.text(1));
        }
      },
      action.author.id);
  bool changed = false;
  for (const auto& [id, raw] : payloads) {
    const std::string left = scrubbed(raw);
    if (left == raw) continue;
    changed = true;
    sql_.run(sql_.dialect().put_raw, text_or_null(left), id);
  }
  if (known) return changed ? Effect::changed : Effect::none;
  marks.scrubbed_to = action.up_to_id;
  save(action.author.id, marks);
  return Effect::changed;
}

std::string SqlAuthors::scrubbed(std::string_view raw) {
  constexpr std::array<std::string_view, 4> kPlaces = {"geo", "coordinates", "place", "places"};
  return without_members(raw, kPlaces);
}

}  // namespace tweetpulse
