// Any bytes as a line of any format: tweets or a refusal, and what comes out packs and reads back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "source/payload.h"
#include "tweet/tweet_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tweetpulse;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  for (const auto format : {Format::detect, Format::neutral, Format::x_v1, Format::x_v2})
    for (const auto& tweet : read_line(format, line, from_ms(1'800'000'000'000), true).tweets) {
      std::string packed;
      append_packed(packed, tweet);
      const auto again = read_packed(packed);
      if (!again || !(*again == tweet)) std::abort();
    }
  return 0;
}
