// What each stage of the analysis costs on our own texts; the time a text is the time of a run / kTexts.
#include <benchmark/benchmark.h>

#include <iterator>

#include "analyze/analyze.h"
#include "analyze/entities.h"
#include "analyze/keywords.h"
#include "analyze/language.h"
#include "analyze/own_texts.h"
#include "analyze/rule_sentiment.h"
#include "analyze/weighted_length.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

// Runs `stage` on every text, which is read before.
template <class Stage>
void on_each_text(benchmark::State& state, Stage&& stage) {
  Text text;
  for (auto _ : state) {
    for (const auto bytes : kOwnTexts) {
      text.read(bytes);
      stage(text);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(std::size(kOwnTexts)));
}

void read_text(benchmark::State& state) {
  on_each_text(state, [](const Text& text) { benchmark::DoNotOptimize(text.seen()); });
}
BENCHMARK(read_text);

void entities(benchmark::State& state) {
  Entities found;
  on_each_text(state, [&](const Text& text) { find_entities(text, found); });
}
BENCHMARK(entities);

void weighted_length(benchmark::State& state) {
  on_each_text(state, [](const Text& text) { benchmark::DoNotOptimize(weigh(text, {})); });
}
BENCHMARK(weighted_length);

void rule_sentiment(benchmark::State& state) {
  RuleScore score;
  on_each_text(state, [&](const Text& text) { score_by_rules(text, score); });
}
BENCHMARK(rule_sentiment);

void language(benchmark::State& state) {
  LanguageEvidence evidence;
  on_each_text(state, [&](const Text& text) {
    evidence.read(text, {}, {});
    benchmark::DoNotOptimize(detect_language(evidence));
  });
}
BENCHMARK(language);

void keywords(benchmark::State& state) {
  std::vector<std::string> found;
  on_each_text(state, [&](const Text& text) {
    found.clear();
    find_keywords(text, {}, "en", false, found);
  });
}
BENCHMARK(keywords);

void whole(benchmark::State& state) {
  const auto profile = state.range(0) == 0 ? Profile::fast : Profile::full;
  std::string record;
  for (auto _ : state) {
    for (const auto bytes : kOwnTexts) {
      Tweet tweet;
      tweet.text = bytes;
      record.clear();
      append_record(record, "1", enrich(std::move(tweet), profile).analysis);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(std::size(kOwnTexts)));
}
BENCHMARK(whole)->ArgName("full")->Arg(0)->Arg(1);

// Twice the text must take twice the time.
void long_text(benchmark::State& state) {
  std::string bytes;
  while (bytes.size() < static_cast<std::size_t>(state.range(0))) bytes += "good but http://a.b/(c #tag @name 語 ";
  for (auto _ : state) {
    Tweet tweet;
    tweet.text = bytes;
    benchmark::DoNotOptimize(enrich(std::move(tweet)));
  }
  state.SetComplexityN(state.range(0));
}
BENCHMARK(long_text)->RangeMultiplier(4)->Range(1 << 10, 1 << 18)->Complexity();

}  // namespace
}  // namespace tweetpulse
