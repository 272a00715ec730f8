#include "store/postgres_authors.h"

#include <array>

#include "store/json_scrub.h"

namespace tweetpulse {
namespace {

std::optional<std::int64_t> ms_or_null(const postgres::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return to_ms(row.time(column));
}

}  // namespace

PostgresAuthors::PostgresAuthors(PostgresSql& sql, PostgresRows& rows, PostgresChains& chains)
    : sql_(sql), rows_(rows), chains_(chains) {}

void PostgresAuthors::ask(const std::vector<std::string_view>& authors) {
  sql_.ask(
      "SELECT author, erased_at, hidden, hidden_at, withheld, withheld_at, scrubbed_to FROM author_marks"
      " WHERE author = ANY($1)",
      [this](const postgres::Row& row) {
        auto& marks = marks_[std::string(row.text(0))];
        marks.erased_at = ms_or_null(row, 1);
        marks.hidden = row.flag(2);
        marks.hidden_at = ms_or_null(row, 3);
        marks.withheld = row.text_or_null(4);
        marks.withheld_at = ms_or_null(row, 5);
        marks.scrubbed_to = row.text_or_null(6);
      },
      authors);
}

const PostgresAuthorMarks& PostgresAuthors::marks(const std::string& author) const {
  static const PostgresAuthorMarks kNone;
  if (marks_.empty()) return kNone;
  const auto found = marks_.find(author);
  return found == marks_.end() ? kNone : found->second;
}

void PostgresAuthors::save(const std::string& author, const PostgresAuthorMarks& marks) {
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

PostgresAuthors::Effect PostgresAuthors::apply(const Tweet& action) {
  if (action.author.id.empty()) return Effect::none;
  PostgresAuthorMarks known = marks(action.author.id);
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

PostgresAuthors::Effect PostgresAuthors::erase(const Tweet& action, PostgresAuthorMarks marks) {
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

PostgresAuthors::Effect PostgresAuthors::hide(const Tweet& action, PostgresAuthorMarks marks) {
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

PostgresAuthors::Effect PostgresAuthors::withhold(const Tweet& action, PostgresAuthorMarks marks) {
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

PostgresAuthors::Effect PostgresAuthors::scrub(const Tweet& action, PostgresAuthorMarks marks) {
  const bool known =
      action.up_to_id.empty() || (marks.scrubbed_to && id_not_after(action.up_to_id, *marks.scrubbed_to));
  std::vector<std::pair<std::string, std::string>> payloads;
  sql_.each(
      "SELECT id, raw FROM tweets WHERE author = $1 AND raw IS NOT NULL ORDER BY id FOR UPDATE",
      [&](const postgres::Row& row) {
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
    sql_.run("UPDATE tweets SET raw = $2 WHERE id = $1", id, text_or_null(left));
  }
  if (known) return changed ? Effect::changed : Effect::none;
  marks.scrubbed_to = action.up_to_id;
  save(action.author.id, marks);
  return Effect::changed;
}

std::string PostgresAuthors::scrubbed(std::string_view raw) {
  constexpr std::array<std::string_view, 4> kPlaces = {"geo", "coordinates", "place", "places"};
  return without_members(raw, kPlaces);
}

}  // namespace tweetpulse
