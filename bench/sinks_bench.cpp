// What takes tweets durably: queue, index, store, each in batches of new tweets; and the raw limit under them.
#include <array>

#include "driver/sqlite.h"
#include "query/terms.h"
#include "queue/adapters.h"
#include "sample.h"
#include "search/adapters.h"
#include "store/adapters.h"
#include "support/temp_folder.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kBatch = 1'000;

// Runs `take` on one new batch after another.
template <class Take>
void on_new_batches(benchmark::State& state, Take&& take) {
  std::size_t done = 0;
  std::uint64_t next = 0;
  bench::Meter meter;
  for (auto _ : state) {
    meter.pause(state);
    const auto batch = bench::enriched_sample(kBatch, next);
    next += kBatch;
    meter.go_on(state);
    if (const auto taken = take(batch); !taken) return state.SkipWithError(taken.error().what.c_str());
    done += batch.size();
  }
  meter.report(state, done);
}

std::vector<Tweet> tweets_of(std::span<const EnrichedTweet> batch) {
  std::vector<Tweet> tweets;
  for (const auto& enriched : batch) tweets.push_back(enriched.tweet);
  return tweets;
}

Result<> pass_through(Queue& queue, QueueReader& reader, std::span<const Tweet> tweets) {
  if (auto pushed = queue.push(tweets); !pushed) return pushed;
  const auto batch = reader.read(tweets.size(), milliseconds(0));
  if (!batch) return batch.error();
  return reader.ack(*batch);
}

// Pushed, read and acked by one group.
void queue(benchmark::State& state) {
  const testing_support::TempFolder folder;
  auto opened = open(SqliteQueueConfig{.file = folder.path() / "queue.db", .groups = {"persist"}});
  if (!opened) return state.SkipWithError(opened.error().what.c_str());
  auto reader = (*opened)->join("persist", "bench");
  if (!reader) return state.SkipWithError(reader.error().what.c_str());
  on_new_batches(state, [&](const auto& batch) { return pass_through(**opened, **reader, tweets_of(batch)); });
}
BENCHMARK(queue)->Unit(benchmark::kMillisecond);

void index(benchmark::State& state) {
  const testing_support::TempFolder folder;
  auto opened = open(SqliteIndexConfig{.file = folder.path() / "search.db"});
  if (!opened) return state.SkipWithError(opened.error().what.c_str());
  on_new_batches(state, [&](const auto& batch) { return (*opened)->index(batch); });
}
BENCHMARK(index)->Unit(benchmark::kMillisecond);

void store(benchmark::State& state) {
  const testing_support::TempFolder folder;
  auto opened = open(SqliteStoreConfig{.file = folder.path() / "store.db"});
  if (!opened) return state.SkipWithError(opened.error().what.c_str());
  on_new_batches(state, [&](const auto& batch) { return (*opened)->save(batch, {}); });
}
BENCHMARK(store)->Unit(benchmark::kMillisecond);

// One file of the raw limit: a table, and nothing around it.
struct RawFile {
  sqlite::Database database;
  std::string insert;
};

Result<RawFile> raw_file(const std::filesystem::path& file, std::string_view schema, std::string insert) {
  auto database = sqlite::Database::open(file);
  if (!database) return database.error();
  if (auto made = database->execute(schema); !made) return made.error();
  return RawFile{std::move(*database), std::move(insert)};
}

// The rows of one batch, made before the clock runs.
struct RawRow {
  std::string id, packed, enriched, terms;
  std::int64_t created_at = 0;
};

std::vector<RawRow> raw_rows(std::span<const EnrichedTweet> batch) {
  std::vector<RawRow> rows;
  for (const auto& tweet : batch) {
    auto& row = rows.emplace_back();
    row.id = tweet.tweet.id;
    row.created_at = to_ms(tweet.tweet.created_at);
    append_packed(row.packed, tweet.tweet);
    append_packed(row.enriched, tweet);
    for (const auto& term : terms_of_text(tweet.tweet.text)) row.terms += term.text + " ";
  }
  return rows;
}

template <class Bind>
Result<> insert_all(RawFile& file, std::span<const RawRow> rows, Bind&& bind) {
  return file.database.transaction([&]() -> Result<> {
    auto statement = file.database.prepare(file.insert);
    if (!statement) return statement.error();
    for (const auto& row : rows) {
      bind(*statement, row);
      if (auto done = statement->run(); !done) return done;
    }
    return {};
  });
}

Result<> insert_raw(std::array<RawFile, 3>& files, std::span<const RawRow> rows) {
  auto queued = insert_all(files[0], rows, [](auto& row, const RawRow& raw) { row.bind_blob(1, raw.packed); });
  if (!queued) return queued;
  auto stored = insert_all(files[1], rows, [](auto& row, const RawRow& raw) {
    row.bind(1, std::string_view(raw.id)).bind(2, raw.created_at).bind(3, std::string_view(raw.enriched));
  });
  if (!stored) return stored;
  return insert_all(files[2], rows, [](auto& row, const RawRow& raw) { row.bind(1, std::string_view(raw.terms)); });
}

// The same rows into a log, a table with key and time, and a full-text index, one durable commit each.
void raw_limit(benchmark::State& state) {
  const testing_support::TempFolder folder;
  auto log = raw_file(folder.path() / "log.db", "CREATE TABLE t (n INTEGER PRIMARY KEY, packed BLOB)",
                      "INSERT INTO t (packed) VALUES (?)");
  auto table = raw_file(folder.path() / "table.db",
                        "CREATE TABLE t (id TEXT UNIQUE, at INTEGER, packed TEXT); CREATE INDEX i ON t (at)",
                        "INSERT OR REPLACE INTO t VALUES (?, ?, ?)");
  auto words =
      raw_file(folder.path() / "words.db", "CREATE VIRTUAL TABLE t USING fts5 (terms)", "INSERT INTO t VALUES (?)");
  if (!log || !table || !words) return state.SkipWithError("a file cannot be made");
  std::array<RawFile, 3> files = {std::move(*log), std::move(*table), std::move(*words)};
  std::size_t done = 0;
  std::uint64_t next = 0;
  bench::Meter meter;
  for (auto _ : state) {
    meter.pause(state);
    const auto rows = raw_rows(bench::enriched_sample(kBatch, next));
    next += kBatch;
    meter.go_on(state);
    if (const auto inserted = insert_raw(files, rows); !inserted)
      return state.SkipWithError(inserted.error().what.c_str());
    done += rows.size();
  }
  meter.report(state, done);
}
BENCHMARK(raw_limit)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tweetpulse
