#include <algorithm>

#include "base/metrics.h"
#include "store/adapters.h"
#include "store/postgres_database.h"
#include "store/sql_books.h"
#include "store/sql_reads.h"
#include "store/sql_save.h"
#include "store/sqlite_database.h"

namespace tweetpulse {
namespace {

class SqlStore : public TweetStore {
 public:
  SqlStore(std::unique_ptr<SqlDatabase> database, std::string_view adapter, bool aggregations, std::string country)
      : database_(std::move(database)),
        adapter_(adapter),
        aggregations_(aggregations),
        country_(std::move(country)),
        visible_(visible_condition(country_)),
        books_(sql_books(*database_)),
        durations_(metrics::histogram("store_transaction_duration_seconds", "Transactions of the store.",
                                      {{"adapter", std::string(adapter)}, {"operation", "save"}})) {}

  Result<SaveReport> save(std::span<const EnrichedTweet> batch, const BatchOrigin& origin) override {
    const auto start = std::chrono::steady_clock::now();
    bool alone = SqlSave::wants_alone(batch), again = false;
    auto saved = save_once(batch, origin, alone, again);
    if (again) saved = save_once(batch, origin, true, again);
    durations_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!saved)
      metrics::counter("store_errors_total", "Transactions of the store that failed.",
                       {{"adapter", std::string(adapter_)}, {"kind", std::string(name_of(saved.error().code))}})
          .add();
    return saved;
  }
  Result<std::vector<Held>> contains(std::span<const Tweet> tweets) override {
    return read([&](SqlReads& reads) { return reads.contains(tweets); });
  }
  Result<std::vector<bool>> erased_authors(std::span<const Tweet> tweets) override {
    return read([&](SqlReads& reads) { return reads.erased_authors(tweets); });
  }
  Result<std::vector<EnrichedTweet>> tweets(std::span<const std::string> ids) override {
    return read([&](SqlReads& reads) { return reads.tweets(ids); });
  }
  Result<std::vector<EnrichedTweet>> find(const TweetFilter& filter) override {
    return read([&](SqlReads& reads) { return reads.find(filter); });
  }
  Result<std::string> raw(std::string_view id) override {
    return read([&](SqlReads& reads) { return reads.raw(id); });
  }
  Result<std::optional<Position>> position(std::string_view id) override {
    return read([&](SqlReads& reads) { return reads.position(id); });
  }
  Result<std::vector<HourCount>> hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                        const std::optional<HourCount>& after, std::size_t limit) override {
    if (!aggregations_) return std::vector<HourCount>{};
    return read([&](SqlReads& reads) { return reads.hourly(dimension, from, to, after, limit); });
  }
  Result<std::vector<HourRow>> hour_rows(Time since, const std::optional<HourRow>& after, std::size_t limit) override {
    return read([&](SqlReads& reads) { return reads.hour_rows(since, after, limit); });
  }
  Result<std::vector<IdRevision>> revisions(std::string_view after_id, std::size_t limit) override {
    return read([&](SqlReads& reads) { return reads.revisions(after_id, limit); });
  }
  Result<Recount> recount() override {
    return database_->snapshot([&](Sql& sql) { return SqlReads(sql, visible_).recount(); });
  }
  Result<> repair_hours() override {
    return database_->write([&](Sql& sql) { SqlReads(sql, visible_).repair_hours(); });
  }
  Result<std::int64_t> change_counter() override {
    return number([](const SqlDialect& dialect) { return dialect.changes; });
  }
  Result<std::int64_t> rows() override {
    return number([](const SqlDialect& dialect) { return dialect.rows; });
  }
  Books& books() override { return *books_; }
  std::string_view adapter() const override { return adapter_; }
  Result<> ping() override {
    return database_->write([&](Sql& sql) { sql.run("UPDATE numbers SET value = value + 1 WHERE name = 'pings'"); });
  }

  // Hours that were not counted while aggregations were off are counted now.
  Result<> complete_hours() {
    if (!aggregations_) return {};
    const auto incomplete = number([](const SqlDialect&) {
      return std::string_view("SELECT value FROM numbers WHERE name = 'hours_incomplete'");
    });
    if (!incomplete) return incomplete.error();
    if (*incomplete == 0) return {};
    return repair_hours();
  }

 private:
  // `again`: nothing was done; the batch must be saved alone.
  Result<SaveReport> save_once(std::span<const EnrichedTweet> batch, const BatchOrigin& origin, bool alone,
                               bool& again) {
    return database_->write([&](Sql& sql) {
      SqlSave save(sql, batch, origin, country_);
      again = !save.begin(alone) && !sql.failed();
      if (again) sql.fail(ErrorCode::unavailable, "the batch must be saved alone");
      return sql.failed() ? SaveReport{} : save.run(aggregations_);
    });
  }
  template <class Ask>
  auto read(Ask&& ask) -> Result<decltype(ask(std::declval<SqlReads&>()))> {
    return database_->read([&](Sql& sql) {
      SqlReads reads(sql, visible_);
      return ask(reads);
    });
  }
  template <class Text>
  Result<std::int64_t> number(Text&& text) {
    return database_->read([&](Sql& sql) {
      std::int64_t value = 0;
      sql.each(text(sql.dialect()), [&](const SqlRow& row) { value = row.integer(0); });
      return value;
    });
  }

  std::unique_ptr<SqlDatabase> database_;
  std::string_view adapter_;
  bool aggregations_;
  std::string country_, visible_;
  std::unique_ptr<Books> books_;
  metrics::Histogram durations_;
};

template <class Config>
Result<std::unique_ptr<TweetStore>> open_with(Result<std::unique_ptr<SqlDatabase>> (&open_database)(const Config&),
                                              const Config& config, std::string_view adapter) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto& country = config.country;
  if (!country.empty() && !(country.size() == 2 && std::all_of(country.begin(), country.end(), capital))) {
    return Error{ErrorCode::rejected, "Country `" + country + "` of the store: give two capital letters, such as DE"};
  }
  auto database = open_database(config);
  if (!database) return database.error();
  auto store = std::make_unique<SqlStore>(std::move(*database), adapter, config.aggregations, country);
  if (auto complete = store->complete_hours(); !complete) return complete.error();
  return std::unique_ptr<TweetStore>(std::move(store));
}

}  // namespace

Result<std::unique_ptr<TweetStore>> open(const SqliteStoreConfig& config) {
  return open_with(open_sqlite_database, config, "sqlite");
}

Result<std::unique_ptr<TweetStore>> open(const PostgresStoreConfig& config) {
  return open_with(open_postgres_database, config, "postgres");
}

}  // namespace tweetpulse
