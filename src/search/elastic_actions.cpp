#include "search/elastic_actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

#include "base/failpoint.h"
#include "search/action_words.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

// The server's clock for deleted versions moves in steps of 200 ms.
constexpr std::chrono::milliseconds kForgotten{450};
constexpr int kMostRounds = 20;

bool concerns_author(const Tweet& action) {
  return action.action == Action::hide_author || action.action == Action::show_author || is_about_author(action);
}

// A statement of an edit without text: all but the last give way.
bool tells_of_edit(const Tweet& action) {
  return action.edit_history.size() > 1 && action.edit_history.back() != action.id;
}

std::string term_filter(std::string_view field, std::string_view value) {
  std::string out = fmt::format(R"({{"term":{{"{}":)", field);
  append_json_string(out, value);
  return out + "}}";
}

NewNote note_of(const Tweet& action) {
  const auto event_at = event_of(action);
  const bool author = concerns_author(action);
  const std::string subject(author ? author_key(action.author) : std::string_view(action.id));
  if (action.action == Action::withhold)
    return {author ? Topic::author_withheld : Topic::withheld, subject, {event_at, join_commas(action.withheld_in)}};
  return {Topic::hidden, subject, {event_at, action.action == Action::hide_author ? "1" : "0"}};
}

}  // namespace

std::int64_t event_of(const Tweet& action) {
  return to_ms(action.event_at.value_or(action.received_at));
}

History history_of(const Tweet& post) {
  History history{post.edit_history, post.id};
  if (std::find(history.ids.begin(), history.ids.end(), post.id) == history.ids.end()) history.ids.push_back(post.id);
  return history;
}

Result<> Actions::write(const Writes& writes) {
  const auto outcomes = bulk_.send(index_, writes);
  if (!outcomes) return outcomes.error();
  for (const auto& outcome : *outcomes)
    if (outcome.fate == Fate::refused)
      return Error{ErrorCode::rejected, fmt::format("{} takes no tombstone: {}.", client_.address(), outcome.reason)};
  return {};
}

Result<std::vector<Stored>> Actions::stored(std::span<const std::string> ids, std::string_view fields) {
  std::vector<std::string> documents;
  documents.reserve(ids.size());
  for (const auto& id : ids) documents.push_back(document_id(id));
  auto found = fetch(client_, index_, documents, fields);
  if (found)
    for (std::size_t i = 0; i < ids.size(); ++i) (*found)[i].id = ids[i];
  return found;
}

Result<> Actions::write_tombstones(const std::vector<Erasure>& erasures) {
  Writes writes;
  for (const auto& [id, event_at] : erasures) {
    if (BROKEN("delete_document")) {
      writes.erase(document_id(id), kTombstoneRevision - 2);
      continue;
    }
    writes.index(document_id(id), kTombstoneRevision,
                 [&](std::string& out) { append_tombstone(out, id, kErased, event_at); });
  }
  return write(writes);
}

// One round: tombstones where they are due, then the rest of their chains into `more`. The notes are read once more
// after the tombstones: who learns of a chain or restores later looks for tombstones itself.
Result<bool> Actions::erase_once(const std::vector<Erasure>& erasures, std::vector<Erasure>& more) {
  std::vector<std::string> ids;
  std::vector<std::pair<Topic, std::string>> keys;
  for (const auto& erasure : erasures) {
    ids.push_back(erasure.id);
    keys.emplace_back(Topic::restored, erasure.id);
  }
  const auto documents = stored(ids, "state,event_at");
  if (!documents) return documents.error();
  const auto restored = notes_.read(keys);
  if (!restored) return restored.error();
  std::vector<Erasure> due, seen;
  for (std::size_t i = 0; i < erasures.size(); ++i) {
    const auto& [id, event_at] = erasures[i];
    const auto& back = (*restored)[i];
    if (back && (!event_at || back->event_at > *event_at)) continue;
    seen.push_back(erasures[i]);
    const auto& document = (*documents)[i];
    const bool known = document.is_erased() && (!event_at || document.event_at.value_or(0) >= *event_at);
    if (!known) due.push_back(erasures[i]);
  }
  if (auto done = write_tombstones(due); !done) return done.error();
  keys.clear();
  for (const auto& erasure : seen) keys.emplace_back(Topic::chain, erasure.id);
  const auto chains = notes_.read(keys);
  if (!chains) return chains.error();
  for (std::size_t i = 0; i < seen.size(); ++i)
    if ((*chains)[i])
      for (auto& id : split_commas((*chains)[i]->value)) more.push_back({std::move(id), seen[i].event_at});
  if (auto done = undo_if_restored(due); !done) return done.error();
  return !due.empty();
}

Result<> Actions::undo_if_restored(const std::vector<Erasure>& erasures) {
  std::vector<std::pair<Topic, std::string>> keys;
  for (const auto& erasure : erasures) keys.emplace_back(Topic::restored, erasure.id);
  const auto restored = notes_.read(keys);
  if (!restored) return restored.error();
  Writes writes;
  for (std::size_t i = 0; i < erasures.size(); ++i)
    if ((*restored)[i] && (*restored)[i]->event_at > erasures[i].event_at.value_or(0))
      writes.erase(document_id(erasures[i].id), kTombstoneRevision);
  return write(writes);
}

Result<> Actions::erase(std::vector<Erasure> erasures) {
  std::map<std::string, std::optional<std::int64_t>> done;
  for (int round = 0; !erasures.empty() && round < kMostRounds; ++round) {
    std::map<std::string, std::optional<std::int64_t>> fresh;
    for (auto& erasure : erasures) {
      const auto known = done.find(erasure.id);
      if (known != done.end() && known->second >= erasure.event_at) continue;
      auto& newest = fresh.try_emplace(std::move(erasure.id), erasure.event_at).first->second;
      newest = std::max(newest, erasure.event_at);
    }
    erasures.clear();
    if (fresh.empty()) return {};
    std::vector<Erasure> now;
    for (const auto& [id, event_at] : fresh) now.push_back({id, done[id] = event_at});
    if (const auto erased = erase_once(now, erasures); !erased) return erased.error();
  }
  return {};
}

Result<> Actions::bury(std::span<const std::string> ids) {
  const auto documents = stored(ids, "state");
  if (!documents) return documents.error();
  std::vector<Erasure> due;
  for (const auto& document : *documents)
    if (!document.is_erased()) due.push_back({document.id, std::nullopt});
  return write_tombstones(due);
}

Result<> Actions::learn_chains(std::span<const History> histories) {
  std::vector<NewNote> notes;
  for (const auto& history : histories)
    for (const auto& id : history.ids) notes.push_back({Topic::chain, id, {0, join_commas(history.ids)}});
  if (const auto written = notes_.write(notes); !written) return written.error();
  return {};
}

Result<> Actions::give_way(std::span<const History> histories) {
  std::set<std::string> earlier;
  for (const auto& history : histories)
    earlier.insert(history.ids.begin(), std::find(history.ids.begin(), history.ids.end(), history.last));
  Writes writes;
  for (const auto& id : earlier)
    writes.index(document_id(id), kSupersededRevision,
                 [&](std::string& out) { append_tombstone(out, id, kSuperseded, std::nullopt); });
  return write(writes);
}

Result<> Actions::settle_chains(std::span<const History> histories) {
  if (auto done = give_way(histories); !done) return done;
  std::vector<std::string> ids;
  for (const auto& history : histories) ids.insert(ids.end(), history.ids.begin(), history.ids.end());
  const auto documents = stored(ids, "state,event_at");
  if (!documents) return documents.error();
  std::vector<Erasure> erasures;
  auto document = documents->begin();
  for (const auto& history : histories) {
    std::optional<std::int64_t> event_at;
    bool erased = false;
    for (std::size_t i = 0; i < history.ids.size(); ++i, ++document) {
      erased = erased || document->is_erased();
      if (document->is_erased()) event_at = std::max(event_at, document->event_at);
    }
    if (erased)
      for (const auto& id : history.ids) erasures.push_back({id, event_at});
  }
  return erase(std::move(erasures));
}

Result<> Actions::apply(std::span<const Tweet* const> actions) {
  std::vector<Erasure> erasures;
  std::vector<History> edits;
  std::vector<const Tweet*> others, aliases;
  for (const Tweet* action : actions) {
    if (action->action == Action::withhold || action->action == Action::hide_author ||
        action->action == Action::show_author) {
      others.push_back(action);
    } else if (action->action == Action::erase && tells_of_edit(*action)) {
      edits.push_back({action->edit_history, action->edit_history.back()});
    } else if (action->action == Action::erase) {
      if (!action->alias.empty()) aliases.push_back(action);
      if (action->alias.empty() || (!action->id.empty() && action->id != action->alias))
        erasures.push_back({action->id, event_of(*action)});
    }
  }
  if (!edits.empty()) {
    if (auto done = learn_chains(edits); !done) return done;
    if (auto done = settle_chains(edits); !done) return done;
  }
  if (auto done = erase_aliases(aliases, erasures); !done) return done;
  if (auto done = erase(std::move(erasures)); !done) return done;
  return note_and_judge(others);
}

Result<> Actions::erase_aliases(std::span<const Tweet* const> actions, std::vector<Erasure>& erasures) {
  if (actions.empty()) return {};
  std::vector<NewNote> notes;
  std::map<std::string, std::int64_t> events;
  for (const Tweet* action : actions) {
    notes.push_back({Topic::alias_erased, action->alias, {event_of(*action), ""}});
    auto& newest = events[action->alias];
    newest = std::max(newest, event_of(*action));
  }
  if (const auto written = notes_.write(notes); !written) return written.error();
  if (auto done = refresh(client_, index_); !done) return done;
  for (const auto& [alias, event_at] : events) {
    auto done =
        for_each_page(client_, index_, term_filter("alias", alias), [&](const std::vector<Stored>& page) -> Result<> {
          for (const auto& document : page) erasures.push_back({document.id, event_at});
          return {};
        });
    if (!done) return done;
  }
  return {};
}

Result<> Actions::note_and_judge(std::span<const Tweet* const> actions) {
  if (actions.empty()) return {};
  std::vector<NewNote> notes;
  for (const Tweet* action : actions) notes.push_back(note_of(*action));
  const auto newest = notes_.write(notes);
  if (!newest) return newest.error();
  Judged judged;
  for (std::size_t i = 0; i < notes.size(); ++i) {
    if (!(*newest)[i]) continue;
    (notes[i].topic == Topic::withheld ? judged.ids : judged.authors).insert(notes[i].subject);
  }
  return judge(judged);
}

Result<> Actions::judge(const Judged& judged) {
  if (!judged.ids.empty()) {
    const std::vector<std::string> ids(judged.ids.begin(), judged.ids.end());
    const auto documents = stored(ids, "id,state,packed");
    if (!documents) return documents.error();
    if (auto done = judge_again(*documents); !done) return done;
  }
  if (judged.authors.empty()) return {};
  if (auto done = refresh(client_, index_); !done) return done;
  for (const auto& author : judged.authors) {
    auto done = for_each_page(client_, index_, term_filter("author", author),
                              [this](const std::vector<Stored>& page) { return judge_again(page); });
    if (!done) return done;
  }
  return {};
}

Result<> Actions::judge_again(const std::vector<Stored>& documents) {
  std::vector<EnrichedTweet> tweets;
  std::vector<const Stored*> rows;
  for (const auto& document : documents) {
    if (!document.found || document.packed.empty()) continue;
    auto tweet = read_packed_enriched(document.packed);
    if (!tweet) return tweet.error();
    tweets.push_back(std::move(*tweet));
    rows.push_back(&document);
  }
  std::vector<const Tweet*> posts;
  for (const auto& tweet : tweets) posts.push_back(&tweet.tweet);
  Notes::Reading reading(notes_);
  const auto standings = reading.standings(posts);
  if (!standings) return standings.error();
  Writes writes;
  for (std::size_t i = 0; i < tweets.size(); ++i) {
    const auto& standing = (*standings)[i];
    const bool marked = !standing.countries_known || tweets[i].tweet.withheld_in == standing.countries;
    if (marked && rows[i]->state == standing.state) continue;
    if (!marked) tweets[i].tweet.withheld_in = standing.countries;
    writes.index(document_id(tweets[i].tweet.id), rows[i]->version,
                 [&](std::string& out) { append_document(out, tweets[i], standing.state); });
  }
  return write(writes);
}

Result<> Actions::restore(std::string_view id, std::int64_t event_at) {
  const NewNote note{Topic::restored, std::string(id), {event_at, ""}};
  if (const auto written = notes_.write(std::span(&note, 1)); !written) return written.error();
  const auto documents = stored(std::vector<std::string>{std::string(id)}, "state,event_at");
  if (!documents) return documents.error();
  const auto& document = documents->front();
  if (!document.is_erased() || document.event_at.value_or(event_at - 1) >= event_at) return {};
  Writes writes;
  writes.erase(document_id(id), kTombstoneRevision);
  if (auto done = write(writes); !done) return done;
  std::this_thread::sleep_for(kForgotten);
  return {};
}

Result<> Actions::erase_author(std::string_view author, std::int64_t event_at) {
  const NewNote note{Topic::author_erased, std::string(author), {event_at, ""}};
  if (const auto written = notes_.write(std::span(&note, 1)); !written) return written.error();
  if (auto done = refresh(client_, index_); !done) return done;
  return for_each_page(client_, index_, term_filter("author", author),
                       [this](const std::vector<Stored>& page) -> Result<> {
                         std::vector<std::string> ids;
                         for (const auto& document : page) ids.push_back(document.id);
                         return bury(ids);
                       });
}

}  // namespace tweetpulse::elastic
