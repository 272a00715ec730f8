// A page of 20 tweets: the answer made, and the same over loopback by one keep-alive connection.
#include "api/api.h"
#include "coordination/adapters.h"
#include "driver/raw_client.h"
#include "feed/adapters.h"
#include "ingest/push_intake.h"
#include "queue/adapters.h"
#include "sample.h"
#include "search/adapters.h"
#include "store/adapters.h"
#include "support/temp_folder.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kTweets = 2'000;
constexpr std::string_view kPage = "/api/elastic/search?q=lang:en&size=20";

// The whole API over embedded adapters that hold the sample.
class Service {
 public:
  Service() {
    const auto tweets = bench::enriched_sample(kTweets);
    if (!store_->save(tweets, {}) || !index_->index(tweets)) std::abort();
  }
  HttpResponse page(const HttpRequest& request) { return api_.handle(request); }

 private:
  testing_support::TempFolder folder_;
  std::unique_ptr<Queue> queue_ = open(SqliteQueueConfig{.file = folder_.path() / "queue.db"}).value();
  std::unique_ptr<TweetStore> store_ = open(SqliteStoreConfig{.file = folder_.path() / "store.db"}).value();
  std::unique_ptr<SearchIndex> index_ = open(SqliteIndexConfig{.file = folder_.path() / "search.db"}).value();
  std::unique_ptr<LiveFeed> feed_ = open(LocalFeedConfig{}).value();
  std::unique_ptr<Cache> cache_ = open(LocalCacheConfig{}).value();
  std::unique_ptr<SeenFilter> seen_ = open(LocalSeenFilterConfig{}).value();
  PushIntake intake_{*queue_, *seen_, *store_, false};
  Api api_{{.search = *index_,
            .store = *store_,
            .queue = *queue_,
            .feed = *feed_,
            .cache = *cache_,
            .seen = *seen_,
            .intake = intake_},
           ApiConfig{}};
};

void answer_page(benchmark::State& state) {
  Service service;
  HttpRequest request;
  request.method = "GET";
  request.target = kPage;
  request.remote = "127.0.0.1";
  if (service.page(request).status != 200) return state.SkipWithError("the page is refused");
  std::size_t done = 0;
  const bench::Meter meter;
  for (auto _ : state) {
    benchmark::DoNotOptimize(service.page(request));
    ++done;
  }
  meter.report(state, done);
}
BENCHMARK(answer_page)->Unit(benchmark::kMicrosecond);

void serve_page(benchmark::State& state) {
  Service service;
  auto server =
      HttpServer::open({.listen = "127.0.0.1:0"}, [&](const HttpRequest& request) { return service.page(request); });
  if (!server) return state.SkipWithError(server.error().what.c_str());
  RawClient client((*server)->address());
  std::size_t done = 0;
  const bench::Meter meter;
  for (auto _ : state) {
    if (!client.get(kPage) || client.answer().status != 200) return state.SkipWithError("no answer");
    ++done;
  }
  meter.report(state, done);
}
BENCHMARK(serve_page)->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace
}  // namespace tweetpulse
