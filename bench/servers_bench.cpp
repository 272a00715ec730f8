// The adapters of real servers (TWEETPULSE_TEST_REDIS, _POSTGRES, _OPENSEARCH or _ELASTICSEARCH; unset = left out), to
// be compared with the programs of bench/raw on the same servers: python3 -m bench.pipelines adapters.
#include <thread>
#include <unordered_set>

#include "analyze/analyze.h"
#include "queue/adapters.h"
#include "sample.h"
#include "search/adapters.h"
#include "store/adapters.h"
#include "support/servers.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kEntries = 50'000;  // an iteration; half a second of Redis at least
constexpr std::size_t kPush = 250, kRead = 500;

std::vector<Tweet> observations(std::size_t count) {
  auto tweets = bench::sample(count);
  std::erase_if(tweets, [](const Tweet& tweet) { return tweet.action != Action::none; });
  return tweets;
}

Result<std::unique_ptr<Queue>> fresh_queue(const std::string& url) {
  RedisQueueConfig config;
  config.url = url;
  config.stream = fresh_name("bench-");
  config.groups = {"persist"};
  config.require_durable = true;
  return open(config);
}

Result<> push_all(Queue& queue, std::span<const Tweet> tweets) {
  for (; !tweets.empty(); tweets = tweets.subspan(std::min(kPush, tweets.size())))
    if (auto pushed = queue.push(tweets.first(std::min(kPush, tweets.size()))); !pushed) return pushed;
  return {};
}

// From as many threads as the argument says.
void redis_push(benchmark::State& state, const std::string& url) {
  const auto tweets = observations(kEntries);
  const auto threads = static_cast<std::size_t>(state.range(0));
  auto queue = fresh_queue(url);
  if (!queue) return state.SkipWithError(queue.error().what.c_str());
  std::size_t done = 0;
  bench::Meter meter;
  for (auto _ : state) {
    std::vector<Result<>> outcomes(threads);
    {
      std::vector<std::jthread> pushing;
      const std::span all(tweets);
      for (std::size_t n = 0; n < threads; ++n)
        pushing.emplace_back([&, n] {
          const auto first = all.size() * n / threads, last = all.size() * (n + 1) / threads;
          outcomes[n] = push_all(**queue, all.subspan(first, last - first));
        });
    }
    for (const auto& outcome : outcomes)
      if (!outcome) return state.SkipWithError(outcome.error().what.c_str());
    done += tweets.size();
  }
  meter.report(state, done);
}

void redis_read_ack(benchmark::State& state, const std::string& url) {
  const auto tweets = observations(kEntries);
  auto queue = fresh_queue(url);
  if (!queue) return state.SkipWithError(queue.error().what.c_str());
  auto reader = (*queue)->join("persist", "bench");
  if (!reader) return state.SkipWithError(reader.error().what.c_str());
  std::size_t done = 0;
  bench::Meter meter;
  for (auto _ : state) {
    meter.pause(state);
    if (const auto pushed = push_all(**queue, tweets); !pushed) return state.SkipWithError(pushed.error().what.c_str());
    meter.go_on(state);
    for (std::size_t read = 0; read < tweets.size();) {
      const auto batch = (*reader)->read(kRead, milliseconds(100));
      if (!batch) return state.SkipWithError(batch.error().what.c_str());
      if (const auto acked = (*reader)->ack(*batch); !acked) return state.SkipWithError(acked.error().what.c_str());
      read += batch->size();
    }
    done += tweets.size();
  }
  meter.report(state, done);
}

// The next tweets that are seen for the first time.
class NewTweets {
 public:
  std::vector<EnrichedTweet> take(std::size_t count) {
    std::vector<EnrichedTweet> taken;
    while (taken.size() < count) {
      for (auto& tweet : bench::sample(count, next_))
        if (tweet.action == Action::none && ids_.insert(tweet.id).second && taken.size() < count)
          taken.push_back(enrich(std::move(tweet)));
      next_ += count;
    }
    return taken;
  }

 private:
  std::uint64_t next_ = 0;
  std::unordered_set<std::string> ids_;
};

// Ten batches of new tweets an iteration, as large as the argument says.
template <class Take>
void on_new_batches(benchmark::State& state, Take&& take) {
  const auto size = static_cast<std::size_t>(state.range(0));
  std::size_t done = 0;
  NewTweets fresh;
  bench::Meter meter;
  for (auto _ : state) {
    meter.pause(state);
    std::vector<std::vector<EnrichedTweet>> batches;
    for (int n = 0; n < 10; ++n) batches.push_back(fresh.take(size));
    meter.go_on(state);
    for (const auto& batch : batches) {
      if (const auto taken = take(batch); !taken) return state.SkipWithError(taken.error().what.c_str());
      done += batch.size();
    }
  }
  meter.report(state, done);
}

void postgres_save(benchmark::State& state, const std::string& url) {
  PostgresStoreConfig config;
  config.url = url;
  auto store = open(config);
  if (!store) return state.SkipWithError(store.error().what.c_str());
  on_new_batches(state, [&](const auto& batch) { return (*store)->save(batch, {}); });
}

void search_index(benchmark::State& state, const std::string& url) {
  ElasticIndexConfig config;
  config.urls = url;
  config.index = fresh_name("bench-");
  auto index = open(config);
  if (!index) return state.SkipWithError(index.error().what.c_str());
  on_new_batches(state, [&](const auto& batch) { return (*index)->index(batch); });
}

using Bench = void (*)(benchmark::State&, const std::string&);

void add(const char* server, const char* name, Bench bench, std::initializer_list<std::int64_t> arguments) {
  const auto url = server_url(server);
  if (!url) return;
  auto* added = benchmark::RegisterBenchmark(name, [bench, url = *url](auto& state) { bench(state, url); });
  added->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
  for (const auto argument : arguments) added->Arg(argument);
}

}  // namespace
}  // namespace tweetpulse

int main(int count, char** words) {
  using namespace tweetpulse;
  add("REDIS", "redis_push", redis_push, {1, 4});
  add("REDIS", "redis_read_ack", redis_read_ack, {1});
  add("POSTGRES", "postgres_save", postgres_save, {1'000, 100});
  add("OPENSEARCH", "opensearch_index", search_index, {1'000, 5'000});
  add("ELASTICSEARCH", "elasticsearch_index", search_index, {1'000, 5'000});
  benchmark::Initialize(&count, words);
  benchmark::RunSpecifiedBenchmarks();
}
