#include "api/kept_answers.h"

#include <chrono>

#include "base/metrics.h"

namespace tweetpulse::api {
namespace {

constexpr std::chrono::seconds kLife{10};

// The ETag holds counter, route and question.
std::string key_of(std::string_view etag) {
  return "answer:" + std::string(etag);
}

}  // namespace

std::optional<std::string> kept_answer(Cache& cache, std::string_view etag) {
  static metrics::Counter hits = metrics::counter("cache_hits_total", "Answers that were given again.");
  static metrics::Counter misses = metrics::counter("cache_misses_total", "Answers that were not there.");
  if (etag.empty()) return std::nullopt;
  auto kept = cache.get(key_of(etag));
  (kept ? hits : misses).add();
  return kept;
}

void keep_answer(Cache& cache, std::string_view etag, std::string answer) {
  if (!etag.empty()) cache.put(key_of(etag), std::move(answer), kLife);
}

}  // namespace tweetpulse::api
