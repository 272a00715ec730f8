#include <algorithm>

#include "base/metrics.h"
#include "store/adapters.h"
#include "store/postgres_books.h"
#include "store/postgres_database.h"
#include "store/postgres_reads.h"
#include "store/postgres_save.h"

namespace tweetpulse {
namespace {

std::string_view kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::corrupt:
      return "corrupt";
    default:
      return "rejected";
  }
}

class PostgresStore : public TweetStore {
 public:
  PostgresStore(PostgresStoreConfig config, std::unique_ptr<PostgresDatabase> database)
      : config_(std::move(config)),
        visible_(postgres_visible(config_.country)),
        database_(std::move(database)),
        books_(postgres_books(*database_)),
        durations_(metrics::histogram("store_transaction_duration_seconds", "Transactions of the store.",
                                      {{"adapter", "postgres"}, {"operation", "save"}})) {}

  Result<SaveReport> save(std::span<const EnrichedTweet> batch, const BatchOrigin& origin) override {
    const auto start = std::chrono::steady_clock::now();
    bool alone = PostgresSave::wants_alone(batch), again = false;
    auto saved = save_once(batch, origin, alone, again);
    if (again) saved = save_once(batch, origin, true, again);
    durations_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!saved)
      metrics::counter("store_errors_total", "Transactions of the store that failed.",
                       {{"adapter", "postgres"}, {"kind", std::string(kind_of(saved.error().code))}})
          .add();
    return saved;
  }
  Result<std::vector<Held>> contains(std::span<const Tweet> tweets) override {
    return read([&](PostgresReads& reads) { return reads.contains(tweets); });
  }
  Result<std::vector<bool>> erased_authors(std::span<const Tweet> tweets) override {
    return read([&](PostgresReads& reads) { return reads.erased_authors(tweets); });
  }
  Result<std::vector<EnrichedTweet>> tweets(std::span<const std::string> ids) override {
    return read([&](PostgresReads& reads) { return reads.tweets(ids); });
  }
  Result<std::vector<EnrichedTweet>> find(const TweetFilter& filter) override {
    return read([&](PostgresReads& reads) { return reads.find(filter); });
  }
  Result<std::string> raw(std::string_view id) override {
    return read([&](PostgresReads& reads) { return reads.raw(id); });
  }
  Result<std::optional<Position>> position(std::string_view id) override {
    return read([&](PostgresReads& reads) { return reads.position(id); });
  }
  Result<std::vector<HourCount>> hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                        const std::optional<HourCount>& after, std::size_t limit) override {
    if (!config_.aggregations) return std::vector<HourCount>{};
    return read([&](PostgresReads& reads) { return reads.hourly(dimension, from, to, after, limit); });
  }
  Result<std::vector<HourRow>> hour_rows(Time since, const std::optional<HourRow>& after, std::size_t limit) override {
    return read([&](PostgresReads& reads) { return reads.hour_rows(since, after, limit); });
  }
  Result<std::vector<IdRevision>> revisions(std::string_view after_id, std::size_t limit) override {
    return read([&](PostgresReads& reads) { return reads.revisions(after_id, limit); });
  }
  Result<Recount> recount() override {
    return database_->read([&](PostgresSql& sql) -> Result<Recount> { return PostgresReads(sql, visible_).recount(); });
  }
  Result<> repair_hours() override {
    return database_->write([&](PostgresSql& sql) -> Result<> {
      PostgresReads(sql, visible_).repair_hours();
      return {};
    });
  }
  Result<std::int64_t> change_counter() override {
    return number("SELECT coalesce(sum(changes), 0)::bigint FROM change_counts");
  }
  Books& books() override { return *books_; }
  std::string_view adapter() const override { return "postgres"; }
  Result<> ping() override {
    return database_->write([&](PostgresSql& sql) -> Result<> {
      sql.run("UPDATE numbers SET value = value + 1 WHERE name = 'pings'");
      return {};
    });
  }

  // Hours that were not counted while aggregations were off are counted now.
  Result<> complete_hours() {
    if (!config_.aggregations) return {};
    const auto incomplete = number("SELECT value FROM numbers WHERE name = 'hours_incomplete'");
    if (!incomplete) return incomplete.error();
    if (*incomplete == 0) return {};
    return repair_hours();
  }

 private:
  // `again`: nothing was done; the batch must be saved alone.
  Result<SaveReport> save_once(std::span<const EnrichedTweet> batch, const BatchOrigin& origin, bool alone,
                               bool& again) {
    return database_->lend([&](PostgresSql& sql) -> Result<SaveReport> {
      PostgresSave save(sql, batch, origin, config_.country);
      again = !save.begin(alone) && !sql.failed();
      if (again || sql.failed()) return SaveReport{};
      return save.run(config_.aggregations);
    });
  }
  template <class Ask>
  auto read(Ask&& ask) -> Result<decltype(ask(std::declval<PostgresReads&>()))> {
    using Answer = decltype(ask(std::declval<PostgresReads&>()));
    // One statement is one snapshot.
    return database_->lend([&](PostgresSql& sql) -> Result<Answer> {
      PostgresReads reads(sql, visible_);
      return ask(reads);
    });
  }
  Result<std::int64_t> number(std::string_view text) {
    return database_->lend([&](PostgresSql& sql) -> Result<std::int64_t> {
      std::int64_t value = 0;
      sql.each(text, [&](const postgres::Row& row) { value = row.integer(0); });
      return value;
    });
  }

  PostgresStoreConfig config_;
  std::string visible_;
  std::unique_ptr<PostgresDatabase> database_;
  std::unique_ptr<Books> books_;
  metrics::Histogram durations_;
};

}  // namespace

Result<std::unique_ptr<TweetStore>> open(const PostgresStoreConfig& config) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto& country = config.country;
  if (!country.empty() && !(country.size() == 2 && std::all_of(country.begin(), country.end(), capital))) {
    return Error{ErrorCode::rejected, "Country `" + country + "` of the store: give two capital letters, such as DE"};
  }
  auto database = PostgresDatabase::open(config);
  if (!database) return database.error();
  auto store = std::make_unique<PostgresStore>(config, std::move(*database));
  if (auto complete = store->complete_hours(); !complete) return complete.error();
  return std::unique_ptr<TweetStore>(std::move(store));
}

}  // namespace tweetpulse
