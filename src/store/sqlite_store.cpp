#include <algorithm>

#include "store/adapters.h"
#include "store/sqlite_books.h"
#include "store/sqlite_file.h"
#include "store/sqlite_reads.h"
#include "store/sqlite_save.h"

namespace tweetpulse {
namespace {

class SqliteStore : public TweetStore {
 public:
  SqliteStore(SqliteStoreConfig config, std::unique_ptr<SqliteFile> file)
      : config_(std::move(config)),
        visible_(visible_condition(config_.country)),
        file_(std::move(file)),
        books_(sqlite_books(*file_)) {}

  Result<SaveReport> save(std::span<const EnrichedTweet> batch, const BatchOrigin& origin) override {
    return file_->write([&](Sql& sql) -> Result<SaveReport> {
      return SqliteSave(sql, batch, origin, config_.country).run(config_.aggregations);
    });
  }
  Result<std::vector<Held>> contains(std::span<const Tweet> tweets) override {
    return read([&](SqliteReads& reads) { return reads.contains(tweets); });
  }
  Result<std::vector<bool>> erased_authors(std::span<const Tweet> tweets) override {
    return read([&](SqliteReads& reads) { return reads.erased_authors(tweets); });
  }
  Result<std::vector<EnrichedTweet>> tweets(std::span<const std::string> ids) override {
    return read([&](SqliteReads& reads) { return reads.tweets(ids); });
  }
  Result<std::vector<EnrichedTweet>> find(const TweetFilter& filter) override {
    return read([&](SqliteReads& reads) { return reads.find(filter); });
  }
  Result<std::string> raw(std::string_view id) override {
    return read([&](SqliteReads& reads) { return reads.raw(id); });
  }
  Result<std::optional<Position>> position(std::string_view id) override {
    return read([&](SqliteReads& reads) { return reads.position(id); });
  }
  Result<std::vector<HourCount>> hourly(Dimension dimension, std::optional<Time> from, std::optional<Time> to,
                                        const std::optional<HourCount>& after, std::size_t limit) override {
    if (!config_.aggregations) return std::vector<HourCount>{};
    return read([&](SqliteReads& reads) { return reads.hourly(dimension, from, to, after, limit); });
  }
  Result<std::vector<HourRow>> hour_rows(Time since, const std::optional<HourRow>& after, std::size_t limit) override {
    return read([&](SqliteReads& reads) { return reads.hour_rows(since, after, limit); });
  }
  Result<std::vector<IdRevision>> revisions(std::string_view after_id, std::size_t limit) override {
    return read([&](SqliteReads& reads) { return reads.revisions(after_id, limit); });
  }
  Result<Recount> recount() override {
    return read([&](SqliteReads& reads) { return reads.recount(); });
  }
  Result<> repair_hours() override {
    return file_->write([&](Sql& sql) -> Result<> {
      SqliteReads(sql, visible_).repair_hours();
      return {};
    });
  }
  Result<std::int64_t> change_counter() override { return number("changes"); }
  Books& books() override { return *books_; }
  std::string_view adapter() const override { return "sqlite"; }
  Result<> ping() override {
    return file_->write([&](Sql& sql) -> Result<> {
      sql.run("UPDATE numbers SET value = value + 1 WHERE name = 'pings'");
      return {};
    });
  }

  // Hours that were not counted while aggregations were off are counted now.
  Result<> complete_hours() {
    if (!config_.aggregations) return {};
    const auto incomplete = number("hours_incomplete");
    if (!incomplete) return incomplete.error();
    if (*incomplete == 0) return {};
    return repair_hours();
  }

 private:
  template <class Ask>
  auto read(Ask&& ask) -> Result<decltype(ask(std::declval<SqliteReads&>()))> {
    using Answer = decltype(ask(std::declval<SqliteReads&>()));
    return file_->read([&](Sql& sql) -> Result<Answer> {
      SqliteReads reads(sql, visible_);
      return ask(reads);
    });
  }
  Result<std::int64_t> number(std::string_view name) {
    return file_->read([&](Sql& sql) -> Result<std::int64_t> {
      std::int64_t value = 0;
      sql.each(
          "SELECT value FROM numbers WHERE name = ?", [&](const sqlite::Statement& row) { value = row.integer(0); },
          name);
      return value;
    });
  }

  SqliteStoreConfig config_;
  std::string visible_;
  std::unique_ptr<SqliteFile> file_;
  std::unique_ptr<Books> books_;
};

}  // namespace

Result<std::unique_ptr<TweetStore>> open(const SqliteStoreConfig& config) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto& country = config.country;
  if (!country.empty() && !(country.size() == 2 && std::all_of(country.begin(), country.end(), capital))) {
    return Error{ErrorCode::rejected, "Country `" + country + "` of the store: give two capital letters, such as DE"};
  }
  auto file = SqliteFile::open(config.file);
  if (!file) return file.error();
  auto store = std::make_unique<SqliteStore>(config, std::move(*file));
  if (auto complete = store->complete_hours(); !complete) return complete.error();
  return std::unique_ptr<TweetStore>(std::move(store));
}

}  // namespace tweetpulse
