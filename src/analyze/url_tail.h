// The parts of a URL behind its domain: port, path, query; and what may close a domain. Rules of twitter-text 3.1.
// Threads: pure functions.
#pragma once

#include "analyze/text.h"

namespace tweetpulse {

// End of a known top-level domain that starts at `at` and does not pass `limit`; -1: none.
int end_of_tld(const Text& text, int at, int limit);

struct UrlTail {
  int path = -1;  // where the path starts; -1: no path
  int end = 0;
};

// Port, path and query behind a domain that ends at `at`.
UrlTail tail_of_url(const Text& text, int at);

// End of the longest query at `at` ("?" first), or `at` when there is none.
int end_of_query(const Text& text, int at);

}  // namespace tweetpulse
