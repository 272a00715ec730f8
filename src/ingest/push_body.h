// Cuts the body of an HTTP push into lines of one tweet each: NDJSON, one JSON array, one JSON object over several
// lines, or Elasticsearch `_bulk` lines whose action lines are left out. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tweetpulse {

struct BodyLine {
  std::int64_t number = 0;  // from 1: the line of the body, or the element of the array
  std::string_view text;    // without its line end
};

struct PushBody {
  std::vector<BodyLine> lines;        // blank ones left out
  std::vector<std::string> elements;  // what the texts of an array point into
};
PushBody cut_body(std::string_view body);

}  // namespace tweetpulse
