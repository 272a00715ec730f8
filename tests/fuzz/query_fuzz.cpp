// Any bytes as a query: a tree that prints and parses to itself, or errors that lie inside the text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "query/parser.h"
#include "tweet/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tweetpulse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ParseOptions options{.now = from_ms(1'800'000'000'000), .zone = "UTC", .recover = false};
  const auto parsed = parse_query(text, options);
  for (const auto& error : parsed.errors)
    if (error.offset < 0 || error.length < 0 || error.offset + error.length > count_code_points(text) + 1) std::abort();
  if (parsed.errors.empty()) {
    const auto printed = print(parsed.query);
    const auto again = parse_query(printed, options);
    // A canonical text may be longer than what may be typed.
    if (again.errors.empty() ? !(again.query == parsed.query) : again.errors[0].type.rfind("too_", 0) != 0)
      std::abort();
  }
  (void)suggest(text, static_cast<int>(size / 2));
  return 0;
}
