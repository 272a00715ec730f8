// Any bytes as the body of a push: every line lies inside it or is an element of its array.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ingest/push_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto body = tweetpulse::cut_body(bytes);
  std::int64_t last = 0;
  for (const auto& line : body.lines) {
    if (line.number <= last || line.text.empty()) std::abort();
    last = line.number;
  }
  return 0;
}
