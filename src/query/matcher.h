// Decides whether a tweet answers a query: the definition that every compiled form must agree with. Threads: pure.
#pragma once

#include <vector>

#include "query/ast.h"
#include "query/terms.h"

namespace tweetpulse {

bool matches(const Query& query, const EnrichedTweet& tweet, const Searchable& searchable);

struct MatchedSpan {
  int start = 0, end = 0;  // code points of the text
};
// What a reader should see marked: words, phrases, tags that the query names (not under a NOT), sorted, disjoint.
std::vector<MatchedSpan> matched_spans(const Query& query, const EnrichedTweet& tweet, const Searchable& searchable);

}  // namespace tweetpulse
