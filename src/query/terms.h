// The only tokenizer of search: folding and terms of api.md 9.3. Every backend stores its output and the parser applies
// it to query words. Threads: pure; ICU objects are per thread inside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tweet/tweet.h"

namespace tweetpulse {

struct Term {
  std::string text;        // folded, at most 64 code points
  int start = 0, end = 0;  // code points in the text
};

std::string fold(std::string_view text);  // NFKC, case folding, marks dropped after Latin and Greek, ё=е, ’='
// Terms of a tweet's text: URLs with a protocol left out.
std::vector<Term> terms_of_text(std::string_view text);
// Terms of a query word or phrase.
std::vector<std::string> terms_of_query(std::string_view words);
// Terms of a URL (host and path split at every separator).
std::vector<std::string> terms_of_url(std::string_view url);

// Everything of one tweet that a query can ask for, folded once; shared by matcher and indexes.
struct Searchable {
  std::vector<Term> terms;
  std::vector<std::vector<std::string>> url_terms;  // one list a URL
  std::vector<std::string> hashtags, mentions, cashtags, domains /* and their parents */, entities, keywords;
  std::string from_handle, from_id, to_handle, to_id;
  std::string lang, source;
  bool has_links = false, has_hashtags = false, has_mentions = false, has_media = false;
};
Searchable searchable(const EnrichedTweet& tweet);

}  // namespace tweetpulse
