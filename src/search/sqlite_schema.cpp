#include "search/sqlite_schema.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <string_view>

namespace tweetpulse::sqlite_search {
namespace {

constexpr std::int64_t kApplication = 0x54505331;  // "TPS1"
constexpr std::int64_t kSchemaVersion = 1;
constexpr std::size_t kIdleReaders = 4;

// tweets: what is filtered, sorted and counted, in rows small enough to scan. documents: what is shown, and the exact
// words of the full-text table, which it needs back to forget them. actions: the newest statement on an author, a
// tweet or an alias; it decides about posts that come later.
constexpr std::string_view kSchema = R"sql(
CREATE TABLE tweets (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, state INTEGER NOT NULL,
  created_at INTEGER, event_at INTEGER, chain TEXT, alias TEXT,
  source TEXT, kind INTEGER, lang TEXT, sentiment INTEGER, score REAL, author TEXT, followers INTEGER,
  engagement INTEGER, has INTEGER, tweet_values BLOB) STRICT;
CREATE INDEX tweets_by_time ON tweets (created_at, id, sentiment, score, state) WHERE state = 0;
CREATE INDEX tweets_by_chain ON tweets (chain) WHERE chain IS NOT NULL;
CREATE INDEX tweets_by_alias ON tweets (alias) WHERE alias IS NOT NULL;
CREATE TABLE documents (
  row INTEGER PRIMARY KEY, packed BLOB NOT NULL, terms TEXT NOT NULL, url_terms TEXT NOT NULL, labels TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE tweets_fts USING fts5(
  terms, url_terms, labels, content='documents', content_rowid='row',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'");
INSERT INTO tweets_fts(tweets_fts, rank) VALUES ('automerge', 8);
CREATE TABLE actions (
  subject TEXT NOT NULL, topic INTEGER NOT NULL, event_at INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (subject, topic)) STRICT, WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('changes', 0);
)sql";

// near_within(terms, a, b, n): at most n terms between a and a later b, n - 2 between b and a later a.
bool near_within(std::string_view terms, std::string_view first, std::string_view second, std::int64_t distance) {
  std::int64_t at_first = -1, at_second = -1;
  for (std::int64_t at = 0; !terms.empty(); ++at) {
    const std::size_t end = std::min(terms.find(' '), terms.size());
    const std::string_view term = terms.substr(0, end);
    terms.remove_prefix(std::min(end + 1, terms.size()));
    if (term == second) {
      if (at_first >= 0 && at - at_first - 1 <= distance) return true;
      at_second = at;
    }
    if (term == first) {
      if (at_second >= 0 && at_second != at && at - at_second - 1 <= distance - 2) return true;
      at_first = at;
    }
  }
  return false;
}

std::int64_t near_within_function(std::span<const std::string_view> texts) {
  std::int64_t distance = 0;
  std::from_chars(texts[3].data(), texts[3].data() + texts[3].size(), distance);
  return near_within(texts[0], texts[1], texts[2], distance) ? 1 : 0;
}

Result<> add_functions(sqlite::Database& database) {
  return database.add_function("near_within", 4, near_within_function);
}

Result<std::int64_t> number(sqlite::Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return statement->integer(0);
}

Result<> create_schema(sqlite::Database& database) {
  return database.transaction([&]() -> Result<> {
    auto tables = number(database, "SELECT count(*) FROM sqlite_master");
    if (!tables) return tables.error();
    if (*tables > 0) return {};
    if (auto made = database.execute(kSchema); !made) return made;
    return database.execute("PRAGMA application_id = " + std::to_string(kApplication) +
                            "; PRAGMA user_version = " + std::to_string(kSchemaVersion));
  });
}

Result<> check_ours(sqlite::Database& database) {
  auto application = number(database, "PRAGMA application_id");
  if (!application) return application.error();
  auto version = number(database, "PRAGMA user_version");
  if (!version) return version.error();
  if (*application == kApplication && *version == kSchemaVersion) return {};
  const std::string file = database.file().string();
  if (*application != kApplication) {
    return Error{ErrorCode::corrupt, file + " is no search index of tweetpulse; name another data folder"};
  }
  return Error{ErrorCode::corrupt, file + " has schema " + std::to_string(*version) + ", this program knows " +
                                       std::to_string(kSchemaVersion) +
                                       "; move it aside and it is filled again from the store"};
}

}  // namespace

Result<sqlite::Database> open_writer(const std::filesystem::path& file) {
  auto database = sqlite::Database::open(file);
  if (!database) return database;
  if (auto tuned = database->execute("PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000; "
                                     "PRAGMA journal_size_limit = 67108864");
      !tuned) {
    return tuned.error();
  }
  if (auto made = create_schema(*database); !made) return made.error();
  if (auto ours = check_ours(*database); !ours) return ours.error();
  if (auto added = add_functions(*database); !added) return added.error();
  return database;
}

Result<sqlite::Database> ReaderPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      sqlite::Database database = std::move(idle_.back());
      idle_.pop_back();
      return database;
    }
  }
  auto database = sqlite::Database::open(file_, {.read_only = true});
  if (!database) return database;
  if (auto tuned = database->execute("PRAGMA cache_size = -8192; PRAGMA mmap_size = 268435456"); !tuned) {
    return tuned.error();
  }
  if (auto added = add_functions(*database); !added) return added.error();
  return database;
}

void ReaderPool::give_back(sqlite::Database database) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleReaders) idle_.push_back(std::move(database));
}

}  // namespace tweetpulse::sqlite_search
