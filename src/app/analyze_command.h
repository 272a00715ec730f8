// `tweetpulse analyze`: NDJSON in, one record a line out, in the same order, in constant memory.
// Threads: one command a process; it starts its own.
#pragma once

#include <string>

namespace tweetpulse {

struct AnalyzeOptions {
  std::string profile = "full";  // full fast
  int threads = 0;               // 0 = one for each core
  bool twitter_text = false;     // answer the cases of twitter-text's conformance suite instead
  std::string file = "-";        // - = standard input
};

// Exit code: 0, 3 when some lines were bad, 65 when all were. A closed pipe ends quietly with 0.
int analyze_command(const AnalyzeOptions& options);

}  // namespace tweetpulse
