// What `doctor` says of a search server: kind, health, disks, blocks, and what lies behind the aliases, as judged here.
// Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "search/elastic_client.h"

namespace tweetpulse::elastic {

struct DiskFacts {
  std::string node;
  std::int64_t total = 0, available = 0;  // bytes
};
struct Watermark {
  std::string level;     // 95%, 0.95, or the bytes that must be free: 50gb
  std::string headroom;  // bytes that are enough in any case; "" and -1 = none
};
// Bytes that must be free on a disk of `total`; nullopt: it is none of these forms.
std::optional<std::int64_t> free_demanded(const Watermark& watermark, std::int64_t total);

struct ElasticFacts {
  Server server;
  std::string health;  // green yellow red; "" = may not be asked
  int nodes = 0;
  std::vector<DiskFacts> disks;
  bool watermarks = true;  // it looks at its disks
  Watermark high{"90%", ""}, flood{"95%", ""};
  std::vector<std::string> blocks;  // tweets-v1-000001: index.blocks.write
};

void judge_elastic(const ElasticFacts& facts, Checks& out);

}  // namespace tweetpulse::elastic
