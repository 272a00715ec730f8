// A tweet between text and value: payloads read, the packed form written and read, the public form written.
#include "sample.h"
#include "source/payload.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kTweets = 1'000;

// Runs `stage` on each item again and again.
template <class Items, class Stage>
void on_each(benchmark::State& state, const Items& items, Stage&& stage) {
  std::size_t done = 0;
  const bench::Meter meter;
  for (auto _ : state) {
    for (const auto& item : items) stage(item);
    done += items.size();
  }
  meter.report(state, done);
}

void read_payload(benchmark::State& state) {
  std::vector<std::string> lines;
  for (const auto& tweet : bench::enriched_sample(kTweets))
    if (tweet.tweet.action == Action::none) append_public(lines.emplace_back(), tweet);
  const Time received_at = from_ms(1'760'000'000'000);
  for (const auto& line : lines)
    if (read_line(Format::neutral, line, received_at, false).tweets.empty()) state.SkipWithError("a line is refused");
  on_each(state, lines, [&](const std::string& line) {
    benchmark::DoNotOptimize(read_line(Format::neutral, line, received_at, false));
  });
}
BENCHMARK(read_payload);

void pack(benchmark::State& state) {
  std::string out;
  on_each(state, bench::sample(kTweets), [&](const Tweet& tweet) {
    out.clear();
    append_packed(out, tweet);
  });
}
BENCHMARK(pack);

void pack_enriched(benchmark::State& state) {
  std::string out;
  on_each(state, bench::enriched_sample(kTweets), [&](const EnrichedTweet& tweet) {
    out.clear();
    append_packed(out, tweet);
  });
}
BENCHMARK(pack_enriched);

void unpack(benchmark::State& state) {
  std::vector<std::string> packed;
  for (const auto& tweet : bench::sample(kTweets)) append_packed(packed.emplace_back(), tweet);
  on_each(state, packed, [](const std::string& bytes) { benchmark::DoNotOptimize(read_packed(bytes)); });
}
BENCHMARK(unpack);

void publish(benchmark::State& state) {
  std::string out;
  on_each(state, bench::enriched_sample(kTweets), [&](const EnrichedTweet& tweet) {
    out.clear();
    append_public(out, tweet);
  });
}
BENCHMARK(publish);

}  // namespace
}  // namespace tweetpulse
