// Hashtags, mentions, lists, cashtags, URLs and the reply of a text, by the rules of twitter-text 3.1.
// Threads: pure functions.
#pragma once

#include <vector>

#include "analyze/text.h"

namespace tweetpulse {

// A list when text stands behind the name: its slug, slash included.
struct MentionSpan {
  Span span;
  int name_end = 0;
  bool is_list() const { return name_end < span.end; }
  bool operator==(const MentionSpan&) const = default;
};

struct Entities {
  std::vector<Span> urls, hashtags, cashtags;  // sigils included
  std::vector<MentionSpan> mentions;
  std::vector<Span> weighed_urls;  // all URLs: what an entity before them covers still has a URL's weight
  Span reply;                      // the screen name without its sigil; empty: no reply
  void clear();
};

// Each kind alone; what stands inside a URL is still there.
void find_hashtags(const Text& text, std::vector<Span>& hashtags);
void find_cashtags(const Text& text, std::vector<Span>& cashtags);
void find_mentions(const Text& text, std::vector<MentionSpan>& mentions);
Span find_reply(const Text& text);

// All kinds; where two overlap, only the one that starts first stays (URL before mention before hashtag).
void find_entities(const Text& text, Entities& found);

// Leaves out the hashtags that overlap a URL that starts before them, as twitter-text's extractHashtags does.
void drop_hashtags_in_urls(std::vector<Span>& hashtags, const std::vector<Span>& urls);

}  // namespace tweetpulse
