// What travels compressed: request bodies in gzip or zstd, answers in gzip or br, and who asked for which.
// Threads: every function may be called from any thread; compressors are kept per thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tweetpulse {

enum class Coding { none, gzip, br };

// The coding that an Accept-Encoding header likes best among ours; q=0 is never taken.
Coding choose_coding(std::string_view accept_encoding);
std::string_view to_string(Coding coding);

// "" when the library has no memory: the answer then goes out plain.
std::string compress(Coding coding, std::string_view plain);

enum class Unpacked { whole, damaged, too_large, unknown_coding };
// `coding` as in Content-Encoding: gzip, x-gzip, zstd. Stops as soon as `limit` is passed.
Unpacked unpack(std::string_view coding, std::string_view packed, std::size_t limit, std::string& plain);

}  // namespace tweetpulse
