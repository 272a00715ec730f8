// The embedded SearchIndex: SQLite with FTS5 in one file, one writer, readers that never wait for it.
#include <memory>
#include <utility>

#include "search/adapters.h"
#include "search/sqlite_analytics.h"
#include "search/sqlite_find.h"
#include "search/sqlite_run.h"
#include "search/sqlite_schema.h"
#include "search/sqlite_writer.h"

namespace tweetpulse {
namespace {

class SqliteIndex final : public SearchIndex {
 public:
  SqliteIndex(sqlite::Database writer, std::filesystem::path file)
      : writer_(std::move(writer)), readers_(std::move(file)) {}

  Result<std::vector<Refused>> index(std::span<const EnrichedTweet> tweets) override { return writer_.index(tweets); }
  Result<> remove(std::span<const std::string> ids) override { return writer_.remove(ids); }

  Result<SearchPage> find(const Query& query, const FindOptions& options) override {
    return readers_.read([&](sqlite::Database& database) { return sqlite_search::find(database, query, options); });
  }
  Result<std::optional<std::pair<Time, Time>>> extent(const Query& query) override {
    return readers_.read([&](sqlite::Database& database) { return sqlite_search::extent(database, query); });
  }
  Result<std::vector<Series>> series(const Query& query, std::span<const Time> edges, std::string_view group_by,
                                     bool count_authors) override {
    return readers_.read([&](sqlite::Database& database) {
      return sqlite_search::series(database, query, edges, group_by, count_authors);
    });
  }
  Result<TopPage> top(const Query& query, const TopOptions& options) override {
    return readers_.read([&](sqlite::Database& database) { return sqlite_search::top(database, query, options); });
  }
  Result<std::map<std::string, std::int64_t>> counts(const Query& query, const TopOptions& options,
                                                     std::span<const std::string> values) override {
    return readers_.read(
        [&](sqlite::Database& database) { return sqlite_search::counts(database, query, options, values); });
  }

  Result<std::vector<DocumentRevision>> revisions(std::string_view after_id, std::size_t limit) override;
  Result<std::int64_t> change_counter() override;
  std::string_view adapter() const override { return "sqlite"; }
  Result<> ping() override {
    auto done = writer_.index({});
    if (!done) return done.error();
    return {};
  }

 private:
  sqlite_search::Writer writer_;
  sqlite_search::ReaderPool readers_;
};

Result<std::vector<DocumentRevision>> SqliteIndex::revisions(std::string_view after_id, std::size_t limit) {
  return readers_.read([&](sqlite::Database& database) -> Result<std::vector<DocumentRevision>> {
    std::vector<DocumentRevision> out;
    auto done = sqlite_search::for_each_row(
        database,
        [&](const sqlite::Statement& row) {
          out.push_back({std::string(row.text(0)), row.integer(1)});
        },
        "SELECT id, revision FROM tweets WHERE id > ? AND (state & ?) = 0 ORDER BY id LIMIT ?", after_id,
        sqlite_search::kAbsent, limit);
    if (!done) return done.error();
    return out;
  });
}

Result<std::int64_t> SqliteIndex::change_counter() {
  return readers_.read([&](sqlite::Database& database) -> Result<std::int64_t> {
    std::int64_t value = 0;
    auto done = sqlite_search::for_each_row(
        database, [&](const sqlite::Statement& row) { value = row.integer(0); },
        "SELECT value FROM counters WHERE name = 'changes'");
    if (!done) return done.error();
    return value;
  });
}

}  // namespace

Result<std::unique_ptr<SearchIndex>> open(const SqliteIndexConfig& config) {
  auto writer = sqlite_search::open_writer(config.file);
  if (!writer) return writer.error();
  return std::unique_ptr<SearchIndex>(std::make_unique<SqliteIndex>(std::move(*writer), config.file));
}

}  // namespace tweetpulse
