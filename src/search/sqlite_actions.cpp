#include "search/sqlite_actions.h"

#include <algorithm>

#include "search/action_words.h"
#include "search/sqlite_run.h"

namespace tweetpulse::sqlite_search {
namespace {

// Topics of the table `actions`; the newest event of a subject and topic is kept.
constexpr int kHiddenTopic = 1, kErasedTopic = 2, kAuthorWithheldTopic = 3, kWithheldTopic = 4, kAliasTopic = 5;

bool is_everywhere(std::span<const std::string> countries) {
  return countries.empty() || names_everywhere(countries);
}

}  // namespace

Result<> Actions::begin() {
  return for_each_row(
      database_, [this](const sqlite::Statement& row) { any_ = row.integer(0) != 0; },
      "SELECT EXISTS (SELECT 1 FROM actions)");
}

Result<bool> Actions::note(std::string_view subject, int topic, std::int64_t event_at, std::string_view value) {
  auto done = run(database_,
                  "INSERT INTO actions (subject, topic, event_at, value) VALUES (?, ?, ?, ?) "
                  "ON CONFLICT (subject, topic) DO UPDATE SET event_at = excluded.event_at, value = excluded.value "
                  "WHERE (excluded.event_at, excluded.value) > (event_at, value)",
                  subject, topic, event_at, value);
  if (!done) return done.error();
  any_ = true;
  return database_.changes() > 0;
}

Result<> Actions::apply(const Tweet& action) {
  const std::int64_t event_at = to_ms(action.event_at.value_or(action.received_at));
  switch (action.action) {
    case Action::erase:
      // A statement of an edit without text: all but the last give way.
      if (action.edit_history.size() > 1 && action.edit_history.back() != action.id) {
        return give_way(action.edit_history, action.edit_history.back());
      }
      if (!action.alias.empty()) {
        if (auto done = erase_alias(action.alias, event_at); !done) return done;
        if (action.id.empty() || action.id == action.alias) return {};
      }
      return erase(action.id, event_at);
    case Action::restore:
      return restore(action.id, event_at);
    case Action::withhold:
      return withhold(action, event_at);
    case Action::erase_author:
      return erase_author(author_key(action.author), event_at);
    case Action::hide_author:
      return show_author(author_key(action.author), true, event_at);
    case Action::show_author:
      return show_author(author_key(action.author), false, event_at);
    case Action::scrub_geo:  // the index keeps no place
    case Action::none:
      return {};
  }
  return {};
}

Result<> Actions::erase(std::string_view id, std::int64_t event_at) {
  auto stored = documents_.find(id);
  if (!stored) return stored.error();
  if (*stored) {
    const Stored& row = **stored;
    if (row.event_at.value_or(event_at) > event_at) return {};
    if (row.state & kErased) return documents_.note_event(row.row, event_at);
  }
  const std::string chain = *stored && !(*stored)->chain.empty() ? (*stored)->chain : std::string(id);
  return erase_chain(chain, {std::string(id)}, event_at);
}

Result<> Actions::erase_chain(std::string_view chain, const std::vector<std::string>& ids,
                              std::optional<std::int64_t> event_at) {
  auto members = documents_.ids_of_chain(chain);
  if (!members) return members.error();
  members->insert(members->end(), ids.begin(), ids.end());
  members->emplace_back(chain);
  std::sort(members->begin(), members->end());
  members->erase(std::unique(members->begin(), members->end()), members->end());
  const bool alone = members->size() == 1;
  for (const auto& id : *members) {
    auto stored = documents_.find(id);
    if (!stored) return stored.error();
    if (*stored && ((*stored)->state & kErased)) continue;
    auto done = documents_.bury(id, kErased, alone ? std::string_view() : chain, event_at);
    if (!done) return done;
  }
  return {};
}

Result<> Actions::erase_alias(std::string_view alias, std::int64_t event_at) {
  auto ids = documents_.ids_of_alias(alias);
  if (!ids) return ids.error();
  for (const auto& id : *ids) {
    if (auto done = erase(id, event_at); !done) return done;
  }
  if (!ids->empty()) return {};
  auto noted = note(alias, kAliasTopic, event_at, "");
  if (!noted) return noted.error();
  return {};
}

Result<> Actions::give_way(const std::vector<std::string>& history, std::string_view last) {
  for (const auto& id : history) {
    if (id == last) break;
    auto stored = documents_.find(id);
    if (!stored) return stored.error();
    if (*stored && ((*stored)->state & (kErased | kSuperseded))) continue;
    auto done = documents_.bury(id, kSuperseded, history.front(), std::nullopt);
    if (!done) return done;
  }
  return {};
}

Result<> Actions::learn_chain(const Tweet& post) {
  auto ids = post.edit_history;
  if (std::find(ids.begin(), ids.end(), post.id) == ids.end()) ids.push_back(post.id);
  for (const auto& id : ids) {
    auto stored = documents_.find(id);
    if (!stored) return stored.error();
    if (*stored && ((*stored)->state & kErased)) return erase_chain(ids.front(), ids, (*stored)->event_at);
  }
  return give_way(ids, post.id);
}

Result<> Actions::restore(std::string_view id, std::int64_t event_at) {
  auto stored = documents_.find(id);
  if (!stored) return stored.error();
  if (!*stored) return documents_.make_absent(id, event_at);
  const Stored& row = **stored;
  if ((row.state & kErased) && row.event_at.value_or(event_at - 1) < event_at) {
    return documents_.make_absent(id, event_at);
  }
  return documents_.note_event(row.row, event_at);
}

Result<> Actions::erase_author(std::string_view author, std::int64_t event_at) {
  auto noted = note(author, kErasedTopic, event_at, "");
  if (!noted) return noted.error();
  auto ids = std::vector<std::string>();
  auto rows = documents_.rows_of_author(author);
  if (!rows) return rows.error();
  for (const auto row : *rows) {
    const auto read = [&](const sqlite::Statement& stored) { ids.emplace_back(stored.text(0)); };
    if (auto done = for_each_row(database_, read, "SELECT id FROM tweets WHERE row = ?", row); !done) return done;
  }
  for (const auto& id : ids) {
    if (auto done = documents_.bury(id, kErased, "", std::nullopt); !done) return done;
  }
  return {};
}

Result<> Actions::show_author(std::string_view author, bool hidden, std::int64_t event_at) {
  auto newest = note(author, kHiddenTopic, event_at, hidden ? "1" : "0");
  if (!newest) return newest.error();
  if (!*newest) return {};
  auto rows = documents_.rows_of_author(author);
  if (!rows) return rows.error();
  for (const auto row : *rows) {
    auto done = documents_.change_state(row, hidden ? kAuthorHidden : 0, hidden ? 0 : kAuthorHidden);
    if (!done) return done;
  }
  return {};
}

Result<> Actions::withhold(const Tweet& action, std::int64_t event_at) {
  const bool author = is_about_author(action);
  const std::string_view subject = author ? author_key(action.author) : action.id;
  auto newest =
      note(subject, author ? kAuthorWithheldTopic : kWithheldTopic, event_at, join_commas(action.withheld_in));
  if (!newest) return newest.error();
  if (!*newest) return {};
  std::vector<std::int64_t> rows;
  if (author) {
    auto found = documents_.rows_of_author(subject);
    if (!found) return found.error();
    rows = std::move(*found);
  } else {
    auto stored = documents_.find(subject);
    if (!stored) return stored.error();
    if (*stored && !((*stored)->state & kGone)) rows.push_back((*stored)->row);
  }
  for (const auto row : rows) {
    if (auto done = judge_again(row); !done) return done;
  }
  return {};
}

Result<> Actions::judge_again(std::int64_t row) {
  auto tweet = documents_.read(row);
  if (!tweet) return tweet.error();
  if (!*tweet) return {};
  auto standing = standing_of((*tweet)->tweet);
  if (!standing) return standing.error();
  constexpr std::int64_t kBits = kWithheld | kAuthorWithheld;
  if (auto done = documents_.change_state(row, standing->state & kBits, kBits & ~standing->state); !done) return done;
  if (!standing->countries_known) return {};
  return documents_.mark(row, std::move(**tweet), standing->countries);
}

Result<Standing> Actions::standing_of(const Tweet& post) {
  Standing standing;
  if (names_everywhere(post.withheld_in)) standing.state |= kWithheld;
  if (!any_) return standing;
  const auto read = [&](const sqlite::Statement& row) {
    const auto topic = row.integer(0);
    const auto value = row.text(1);
    if (topic == kHiddenTopic && value == "1") standing.state |= kAuthorHidden;
    if (topic == kErasedTopic) standing.author_erased = true;
    if (topic == kAliasTopic) standing.alias_erased = true;
    if (topic != kAuthorWithheldTopic && topic != kWithheldTopic) return;
    const auto countries = split_commas(value);
    const std::int64_t bit = topic == kWithheldTopic ? kWithheld : kAuthorWithheld;
    standing.state = is_everywhere(countries) ? standing.state | bit : standing.state & ~bit;
    if (countries.empty()) return;
    standing.countries_known = true;
    standing.countries = countries;
  };
  // The author's statements first: one on the tweet itself is more exact.
  auto done = for_each_row(database_, read,
                           "SELECT topic, value FROM actions WHERE (subject = ?1 AND topic IN (1, 2, 3)) OR "
                           "(subject = ?2 AND topic = 4) OR (subject = ?3 AND topic = 5) ORDER BY topic",
                           author_key(post.author), post.id, post.alias);
  if (!done) return done.error();
  return standing;
}

}  // namespace tweetpulse::sqlite_search
