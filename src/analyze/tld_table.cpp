#include "analyze/tld_table.h"

#include <algorithm>
#include <iterator>

namespace tweetpulse {

namespace {

constexpr std::string_view kTlds[] = {
#include "tlds.inc"
};

// Where the names of each first byte begin: most look-ups then compare a handful.
struct FirstBytes {
  unsigned short begin[257];
  FirstBytes() {
    std::size_t at = 0;
    for (unsigned byte = 0; byte < 256; ++byte) {
      begin[byte] = static_cast<unsigned short>(at);
      while (at < std::size(kTlds) && static_cast<unsigned char>(kTlds[at][0]) == byte) ++at;
    }
    begin[256] = static_cast<unsigned short>(at);
  }
};

}  // namespace

bool is_tld(std::string_view name) {
  static const FirstBytes table;
  if (name.empty()) return false;
  const auto first = static_cast<unsigned char>(name[0]);
  return std::binary_search(kTlds + table.begin[first], kTlds + table.begin[first + 1u], name);
}

}  // namespace tweetpulse
