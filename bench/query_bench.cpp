// A tweet against a query, as the live feed does it for each watcher; and what has to be made of the tweet before.
#include "query/matcher.h"
#include "query/parser.h"
#include "sample.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kTweets = 1'000;

void make_searchable(benchmark::State& state) {
  const auto tweets = bench::enriched_sample(kTweets);
  std::size_t done = 0;
  const bench::Meter meter;
  for (auto _ : state) {
    for (const auto& tweet : tweets) benchmark::DoNotOptimize(searchable(tweet));
    done += tweets.size();
  }
  meter.report(state, done);
}
BENCHMARK(make_searchable);

void match(benchmark::State& state, const char* text) {
  const auto parsed = parse_query(text, {.now = from_ms(1'760'000'000'000)});
  if (!parsed.errors.empty()) return state.SkipWithError(parsed.errors[0].message.c_str());
  const auto tweets = bench::enriched_sample(kTweets);
  std::vector<Searchable> forms;
  for (const auto& tweet : tweets) forms.push_back(searchable(tweet));
  std::size_t done = 0;
  const bench::Meter meter;
  for (auto _ : state) {
    for (std::size_t i = 0; i < tweets.size(); ++i)
      benchmark::DoNotOptimize(matches(parsed.query, tweets[i], forms[i]));
    done += tweets.size();
  }
  meter.report(state, done);
}
BENCHMARK_CAPTURE(match, word, "coffee");
BENCHMARK_CAPTURE(match, phrase, "\"good morning\"");
BENCHMARK_CAPTURE(match, tree, "(coffee OR tea) lang:en -is:retweet has:hashtags");

}  // namespace
}  // namespace tweetpulse
