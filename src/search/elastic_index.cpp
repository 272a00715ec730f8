// The SearchIndex on Elasticsearch or OpenSearch.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "base/metrics.h"
#include "search/adapters.h"
#include "search/elastic_analytics.h"
#include "search/elastic_bulk.h"
#include "search/elastic_client.h"
#include "search/elastic_find.h"
#include "search/elastic_hours.h"
#include "search/elastic_notes.h"
#include "search/elastic_revisions.h"
#include "search/elastic_templates.h"
#include "search/elastic_writer.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kCounterLife{1'000};
constexpr std::chrono::milliseconds kScrapeTimeout{1'000};

void show_sizes(const std::shared_ptr<elastic::Client>& client, const std::string& index) {
  const metrics::Labels labels = {{"adapter", std::string(client->server().name())}};
  auto documents = metrics::gauge("search_documents", "Documents in the index, tombstones included.", labels);
  auto bytes = metrics::gauge("search_index_bytes", "Size of the index on disk, without copies.", labels);
  metrics::on_scrape([weak = std::weak_ptr(client), index, documents, bytes]() mutable {
    const auto alive = weak.lock();
    if (alive == nullptr) return;
    const auto size = elastic::size_of(*alive, index, kScrapeTimeout);
    if (!size) return;
    documents.set(static_cast<double>(size->documents));
    bytes.set(static_cast<double>(size->bytes));
  });
}

class ElasticIndex final : public SearchIndex {
 public:
  ElasticIndex(std::shared_ptr<elastic::Client> client, const ElasticIndexConfig& config)
      : client_(std::move(client)),
        names_(elastic::names_of(config.index)),
        settings_{config.shards, config.refresh},
        bulk_(*client_, {static_cast<std::size_t>(config.bulk_bytes), config.senders, config.call_timeout},
              [this] { return prepare(); }),
        notes_(*client_, bulk_, names_.actions),
        writer_(*client_, bulk_, notes_, names_.documents),
        hours_(*client_, bulk_, names_.hours) {}

  Result<> prepare() { return elastic::prepare(*client_, names_, settings_); }

  Result<std::vector<Refused>> index(std::span<const EnrichedTweet> tweets) override {
    return changing("index", [&] { return writer_.index(tweets); });
  }
  Result<> remove(std::span<const std::string> ids) override {
    return changing("remove", [&] { return writer_.remove(ids); });
  }
  Result<SearchPage> find(const Query& query, const FindOptions& options) override {
    return timed("find", [&] { return elastic::find(*client_, names_.documents, query, options); });
  }
  Result<std::optional<std::pair<Time, Time>>> extent(const Query& query) override {
    return timed("extent", [&] { return elastic::extent(*client_, names_.documents, query); });
  }
  Result<std::vector<Series>> series(const Query& query, std::span<const Time> edges, std::string_view group_by,
                                     bool count_authors) override {
    return timed("series",
                 [&] { return elastic::series(*client_, names_.documents, query, edges, group_by, count_authors); });
  }
  Result<TopPage> top(const Query& query, const TopOptions& options) override {
    return timed("top", [&] { return elastic::top(*client_, names_.documents, query, options); });
  }
  Result<std::map<std::string, std::int64_t>> counts(const Query& query, const TopOptions& options,
                                                     std::span<const std::string> values) override {
    return timed("counts", [&] { return elastic::counts(*client_, names_.documents, query, options, values); });
  }
  Result<std::vector<DocumentRevision>> revisions(std::string_view after_id, std::size_t limit) override {
    return timed("revisions", [&] { return elastic::revisions(*client_, names_.documents, after_id, limit); });
  }
  HourIndex* hours() override { return &hours_; }
  Result<std::int64_t> change_counter() override;
  std::string_view adapter() const override { return client_->server().name(); }
  Result<> ping() override {
    return timed("ping", [&]() -> Result<> {
      if (const auto why = bulk_.trouble()) return *why;
      return elastic::touch(*client_, names_.documents);
    });
  }

 private:
  // What is missing is made again, and the caller comes again.
  template <class Work>
  auto timed(std::string_view operation, Work&& work) -> decltype(work()) {
    const auto begun = steady_clock::now();
    auto result = work();
    const std::chrono::duration<double> took = steady_clock::now() - begun;
    const std::string adapter(client_->server().name());
    metrics::histogram("search_request_duration_seconds", "Time of one call of the search server.",
                       {{"adapter", adapter}, {"operation", std::string(operation)}})
        .observe(took.count());
    if (result) return result;
    auto error = result.error();
    metrics::counter(
        "search_errors_total", "Calls of the search server that failed.",
        {{"adapter", adapter}, {"operation", std::string(operation)}, {"kind", std::string(name_of(error.code))}})
        .add();
    if (error.code != ErrorCode::not_found) return result;
    if (auto made = prepare(); !made) return made.error();
    error.code = ErrorCode::unavailable;
    return error;
  }
  template <class Work>
  auto changing(std::string_view operation, Work&& work) -> decltype(work()) {
    auto result = timed(operation, std::forward<Work>(work));
    const std::lock_guard lock(mutex_);
    counted_at_.reset();
    ++changing_;
    return result;
  }

  std::shared_ptr<elastic::Client> client_;
  const elastic::Names names_;
  const elastic::IndexSettings settings_;
  elastic::Bulk bulk_;
  elastic::Notes notes_;
  elastic::Writer writer_;
  elastic::Hours hours_;

  std::mutex mutex_;
  std::int64_t counter_ = 0, changing_ = 0;
  std::optional<steady_clock::time_point> counted_at_;
};

Result<std::int64_t> ElasticIndex::change_counter() {
  std::int64_t changing = 0;
  {
    const std::lock_guard lock(mutex_);
    if (counted_at_ && steady_clock::now() - *counted_at_ < kCounterLife) return counter_;
    changing = changing_;
  }
  auto counted = timed("change_counter", [&] { return elastic::change_counter(*client_, names_.documents); });
  if (!counted) return counted;
  const std::lock_guard lock(mutex_);
  counter_ = *counted;
  if (changing == changing_) counted_at_ = steady_clock::now();
  return counted;
}

}  // namespace

Result<std::unique_ptr<SearchIndex>> open(const ElasticIndexConfig& config) {
  auto client = elastic::Client::open({config.urls, config.ca_file, config.call_timeout});
  if (!client) return client.error();
  const std::shared_ptr<elastic::Client> shared = std::move(*client);
  auto index = std::make_unique<ElasticIndex>(shared, config);
  if (auto prepared = index->prepare(); !prepared) return prepared.error();
  shared->started();
  show_sizes(shared, config.index);
  return std::unique_ptr<SearchIndex>(std::move(index));
}

}  // namespace tweetpulse
