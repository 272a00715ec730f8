#include "search/sqlite_documents.h"

#include <utility>

#include "query/ast.h"
#include "search/sqlite_run.h"
#include "search/tweet_values.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::sqlite_search {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO tweets (revision, state, created_at, chain, alias, source, kind, lang, sentiment, score, author, "
    "followers, engagement, has, tweet_values, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kUpdate =
    "UPDATE tweets SET revision = ?, state = ?, created_at = ?, chain = ?, alias = ?, source = ?, kind = ?, lang = ?, "
    "sentiment = ?, score = ?, author = ?, followers = ?, engagement = ?, has = ?, tweet_values = ? WHERE row = ?";

std::int64_t engagement_of(const Metrics& metrics) {
  return metrics.likes.value_or(0) + metrics.retweets.value_or(0) + metrics.replies.value_or(0) +
         metrics.quotes.value_or(0);
}

std::int64_t has_of(const Searchable& searchable) {
  const auto bit = [](HasField field, bool has) { return has ? std::int64_t{1} << static_cast<int>(field) : 0; };
  return bit(HasField::links, searchable.has_links) | bit(HasField::hashtags, searchable.has_hashtags) |
         bit(HasField::mentions, searchable.has_mentions) | bit(HasField::media, searchable.has_media);
}

std::optional<std::string_view> unless_empty(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<std::string_view> chain_of(const Tweet& tweet) {
  if (tweet.edit_history.size() < 2) return std::nullopt;
  return tweet.edit_history.front();
}

std::optional<std::int64_t> integer_at(const sqlite::Statement& statement, int column) {
  if (statement.is_null(column)) return std::nullopt;
  return statement.integer(column);
}

}  // namespace

Result<std::optional<Stored>> Documents::find(std::string_view id) {
  std::optional<Stored> found;
  const auto read = [&](const sqlite::Statement& row) {
    found = Stored{row.integer(0), row.integer(1), row.integer(2), integer_at(row, 3), std::string(row.text(4))};
  };
  auto done =
      for_each_row(database_, read, "SELECT row, revision, state, event_at, chain FROM tweets WHERE id = ?", id);
  if (!done) return done.error();
  return found;
}

Result<std::vector<std::string>> Documents::ids_of_chain(std::string_view chain) {
  std::vector<std::string> ids;
  const auto read = [&](const sqlite::Statement& row) { ids.emplace_back(row.text(0)); };
  if (auto done = for_each_row(database_, read, "SELECT id FROM tweets WHERE chain = ?", chain); !done) {
    return done.error();
  }
  return ids;
}

Result<std::vector<std::string>> Documents::ids_of_alias(std::string_view alias) {
  std::vector<std::string> ids;
  const auto read = [&](const sqlite::Statement& row) { ids.emplace_back(row.text(0)); };
  if (auto done = for_each_row(database_, read, "SELECT id FROM tweets WHERE alias = ?", alias); !done) {
    return done.error();
  }
  return ids;
}

Result<std::vector<std::int64_t>> Documents::rows_of_author(std::string_view author_id) {
  std::string label;
  search_values::append_label(label, search_values::Label::author, fold(author_id));
  std::string match = "labels : \"";
  for (const char c : label) match.append(c == '"' ? 2 : 1, c);
  match += '"';
  std::vector<std::int64_t> rows;
  const auto read = [&](const sqlite::Statement& row) { rows.push_back(row.integer(0)); };
  auto done = for_each_row(database_, read,
                           "SELECT t.row FROM tweets_fts f CROSS JOIN tweets t ON t.row = f.rowid "
                           "WHERE f.tweets_fts MATCH ? AND t.author = ?",
                           match, author_id);
  if (!done) return done.error();
  return rows;
}

Documents::Texts Documents::texts_of(const Searchable& searchable) {
  Texts texts;
  texts.terms.reserve(searchable.terms.size() * 8);
  for (const auto& term : searchable.terms) {
    if (!texts.terms.empty()) texts.terms += ' ';
    texts.terms += term.text;
  }
  for (const auto& url : searchable.url_terms) {
    if (!texts.url_terms.empty()) texts.url_terms += " |";
    for (const auto& term : url) {
      if (!texts.url_terms.empty()) texts.url_terms += ' ';
      texts.url_terms += term;
    }
  }
  texts.labels = search_values::labels_of(searchable);
  return texts;
}

Result<> Documents::write_columns(std::string_view sql, const EnrichedTweet& enriched, const Searchable& searchable,
                                  std::int64_t state, std::optional<std::int64_t> row) {
  const Tweet& tweet = enriched.tweet;
  const Analysis& analysis = enriched.analysis;
  auto statement = database_.prepare(sql);
  if (!statement) return statement.error();
  const std::string values = search_values::list_of(enriched, searchable);
  std::optional<std::int64_t> sentiment;
  std::optional<double> score;
  if (analysis.sentiment) {
    sentiment = static_cast<std::int64_t>(*analysis.sentiment);
    score = analysis.score;
  }
  bind_in_order(*statement, revision_of(tweet), state, to_ms(tweet.created_at), chain_of(tweet),
                unless_empty(tweet.alias), unless_empty(searchable.source), static_cast<int>(kind_of(tweet)),
                unless_empty(searchable.lang), sentiment, score,
                std::string_view(tweet.author.id.empty() ? tweet.author.handle : tweet.author.id),
                tweet.author.followers, engagement_of(tweet.metrics), has_of(searchable), Blob{values});
  constexpr int kLast = 16;
  if (row) {
    statement->bind(kLast, *row);
  } else {
    statement->bind(kLast, std::string_view(tweet.id));
  }
  return statement->run();
}

Result<> Documents::index_texts(std::int64_t row, const Texts& texts) {
  return run(database_, "INSERT INTO tweets_fts (rowid, terms, url_terms, labels) VALUES (?, ?, ?, ?)", row,
             texts.terms, texts.url_terms, texts.labels);
}

Result<> Documents::unindex_texts(std::int64_t row, const Texts& texts) {
  return run(database_,
             "INSERT INTO tweets_fts (tweets_fts, rowid, terms, url_terms, labels) VALUES ('delete', ?, ?, ?, ?)", row,
             texts.terms, texts.url_terms, texts.labels);
}

Result<> Documents::insert(const EnrichedTweet& tweet, std::int64_t state) {
  const Searchable form = searchable(tweet);
  if (auto done = write_columns(kInsert, tweet, form, state, std::nullopt); !done) return done;
  const std::int64_t row = database_.last_insert_rowid();
  const Texts texts = texts_of(form);
  packed_.clear();
  append_packed(packed_, tweet);
  auto done = run(database_, "INSERT INTO documents (row, packed, terms, url_terms, labels) VALUES (?, ?, ?, ?, ?)",
                  row, Blob{packed_}, texts.terms, texts.url_terms, texts.labels);
  if (!done) return done;
  ++changes_;
  return index_texts(row, texts);
}

Result<> Documents::replace(const EnrichedTweet& tweet, std::int64_t row, bool same_revision, std::int64_t state) {
  std::optional<Texts> old;
  std::string old_packed;
  const auto read = [&](const sqlite::Statement& stored) {
    old_packed = stored.text(0);
    old = Texts{std::string(stored.text(1)), std::string(stored.text(2)), std::string(stored.text(3))};
  };
  auto got = for_each_row(database_, read, "SELECT packed, terms, url_terms, labels FROM documents WHERE row = ?", row);
  if (!got) return got;
  const Searchable form = searchable(tweet);
  const Texts texts = texts_of(form);
  packed_.clear();
  append_packed(packed_, tweet);
  if (same_revision && old && old_packed == packed_ && *old == texts) return {};
  ++changes_;
  if (auto done = write_columns(kUpdate, tweet, form, state, row); !done) return done;
  auto done =
      run(database_, "INSERT OR REPLACE INTO documents (row, packed, terms, url_terms, labels) VALUES (?, ?, ?, ?, ?)",
          row, Blob{packed_}, texts.terms, texts.url_terms, texts.labels);
  if (!done || (old && *old == texts)) return done;
  if (old) {
    if (auto gone = unindex_texts(row, *old); !gone) return gone;
  }
  return index_texts(row, texts);
}

Result<> Documents::write(const EnrichedTweet& tweet, const std::optional<Stored>& stored, std::int64_t state) {
  if (!stored) return insert(tweet, state);
  return replace(tweet, stored->row, stored->revision == revision_of(tweet.tweet) && stored->state == state, state);
}

Result<> Documents::forget(std::int64_t row) {
  std::optional<Texts> old;
  const auto read = [&](const sqlite::Statement& stored) {
    old = Texts{std::string(stored.text(0)), std::string(stored.text(1)), std::string(stored.text(2))};
  };
  auto got = for_each_row(database_, read, "SELECT terms, url_terms, labels FROM documents WHERE row = ?", row);
  if (!got || !old) return got;
  if (auto gone = unindex_texts(row, *old); !gone) return gone;
  return run(database_, "DELETE FROM documents WHERE row = ?", row);
}

Result<> Documents::bury(std::string_view id, std::int64_t state, std::string_view chain,
                         std::optional<std::int64_t> event_at) {
  auto stored = find(id);
  if (!stored) return stored.error();
  ++changes_;
  if (!*stored) {
    return run(database_, "INSERT INTO tweets (id, revision, state, chain, event_at) VALUES (?, ?, ?, ?, ?)", id,
               kTombstoneRevision, state, unless_empty(chain), event_at);
  }
  if (auto done = forget((*stored)->row); !done) return done;
  const std::string_view known = (*stored)->chain;
  return run(
      database_,
      "UPDATE tweets SET revision = ?, state = ?, chain = ?, event_at = coalesce(max(event_at, ?4), event_at, ?4), "
      "created_at = NULL, alias = NULL, source = NULL, kind = NULL, lang = NULL, sentiment = NULL, score = NULL, "
      "author = NULL, followers = NULL, engagement = NULL, has = NULL, tweet_values = NULL WHERE row = ?5",
      kTombstoneRevision, state, unless_empty(known.empty() ? chain : known), event_at, (*stored)->row);
}

Result<> Documents::make_absent(std::string_view id, std::int64_t event_at) {
  ++changes_;
  return run(database_,
             "INSERT INTO tweets (id, revision, state, event_at) VALUES (?, 0, ?, ?) ON CONFLICT (id) DO UPDATE SET "
             "revision = 0, state = excluded.state, event_at = excluded.event_at",
             id, kAbsent, event_at);
}

Result<> Documents::note_event(std::int64_t row, std::int64_t event_at) {
  return run(database_, "UPDATE tweets SET event_at = max(coalesce(event_at, ?1), ?1) WHERE row = ?2", event_at, row);
}

Result<> Documents::change_state(std::int64_t row, std::int64_t set, std::int64_t clear) {
  auto done =
      run(database_, "UPDATE tweets SET state = (state | ?1) & ~?2 WHERE row = ?3 AND state <> ((state | ?1) & ~?2)",
          set, clear, row);
  if (done) changes_ += database_.changes();
  return done;
}

Result<std::optional<EnrichedTweet>> Documents::read(std::int64_t row) {
  std::string packed;
  const auto take = [&](const sqlite::Statement& stored) { packed = stored.text(0); };
  auto done = for_each_row(database_, take, "SELECT packed FROM documents WHERE row = ?", row);
  if (!done) return done.error();
  if (packed.empty()) return std::optional<EnrichedTweet>();
  auto tweet = read_packed_enriched(packed);
  if (!tweet) return tweet.error();
  return std::optional<EnrichedTweet>(std::move(*tweet));
}

Result<> Documents::mark(std::int64_t row, EnrichedTweet tweet, const std::vector<std::string>& countries) {
  if (tweet.tweet.withheld_in == countries) return {};
  tweet.tweet.withheld_in = countries;
  packed_.clear();
  append_packed(packed_, tweet);
  ++changes_;
  return run(database_, "UPDATE documents SET packed = ? WHERE row = ?", Blob{packed_}, row);
}

}  // namespace tweetpulse::sqlite_search
