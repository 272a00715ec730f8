// Any valid UTF-8 as a text: every span of the analysis lies inside it, and a second call is equal.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyze/analyze.h"
#include "tweet/json_line.h"
#include "tweet/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tweetpulse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!simdjson::validate_utf8(text.data(), text.size())) return 0;
  Tweet tweet{.id = "1", .source = "x", .text = std::string(text)};
  const auto first = enrich(tweet);
  if (!(enrich(tweet) == first)) std::abort();
  const int length = count_code_points(text);
  const auto inside = [length](const auto& spans) {
    for (const auto& span : spans)
      if (span.start < 0 || span.end <= span.start || span.end > length) std::abort();
  };
  inside(first.analysis.hashtags);
  inside(first.analysis.mentions);
  inside(first.analysis.urls);
  inside(first.analysis.emoji);
  inside(first.analysis.words);
  return 0;
}
