// The mood of a bucket: the aggregations that count it, and their answer. Threads: pure.
#pragma once

#include <string_view>

#include "search/elastic_json.h"
#include "search/search_index.h"

namespace tweetpulse::elastic {

inline constexpr std::string_view kMood =
    R"("mood":{"terms":{"field":"sentiment","size":3}},"score":{"sum":{"field":"score"}})";

inline Mood mood_of(simdjson::dom::element bucket) {
  Mood mood;
  mood.unscored = integer_of(member(bucket, "doc_count"));
  for_each(member(bucket, "mood", "buckets"), [&](simdjson::dom::element label) {
    const auto count = integer_of(member(label, "doc_count"));
    const auto name = text_of(member(label, "key"));
    (name == "positive" ? mood.positive : name == "neutral" ? mood.neutral : mood.negative) += count;
    mood.unscored -= count;
  });
  mood.score_sum = number_of(member(bucket, "score", "value"));
  return mood;
}

}  // namespace tweetpulse::elastic
