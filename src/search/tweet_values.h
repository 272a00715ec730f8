// The values of a tweet that are counted and filtered: one compact list a document for facets and rankings, one line of
// labels for the full-text table. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query/terms.h"
#include "tweet/tweet.h"

namespace tweetpulse::search_values {

// Fields of the list; the letter is what is stored.
enum class Field : char {
  hashtag = 'h',
  mention = 'm',
  cashtag = 'c',
  url = 'u',
  domain = 'd',
  keyword = 'k',
  author = 'a',
  person = 'p',
  org = 'o',
  place = 'l',
  product = 'r',
  other_name = 'x',
};

// Names of facets (hashtags) and of rankings (hashtag). nullopt: no such field, or one that is a column.
std::optional<Field> field_of(std::string_view name);
bool is_name(Field field);

// Spellings as they stand in the tweet, each folded form once a field. Requires: searchable(tweet).
std::string list_of(const EnrichedTweet& tweet, const Searchable& searchable);

// Calls visit(field, spelling, first) for every value; first = false: a name that already came under another type.
template <class Visit>
void for_each_value(std::string_view list, Visit&& visit) {
  while (list.size() >= 2) {
    const char letter = list[0];
    std::size_t length = 0, shift = 0, at = 1;
    for (; at < list.size(); ++at, shift += 7) {
      const auto byte = static_cast<unsigned char>(list[at]);
      length |= static_cast<std::size_t>(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (++at > list.size() || length > list.size() - at) return;
    const bool first = letter >= 'a';
    visit(static_cast<Field>(letter | 0x20), list.substr(at, length), first);
    list.remove_prefix(at + length);
  }
}

// Labels: what whole-value operators look for, one token each.
enum class Label : char {
  hashtag = 'h',
  mention = 'm',
  cashtag = 'c',
  domain = 'd',
  entity = 'e',
  keyword = 'k',
  author = 'a',
  reply_to = 'r'
};
void append_label(std::string& out, Label label, std::string_view folded);  // one token, no white space inside
std::string labels_of(const Searchable& searchable);

}  // namespace tweetpulse::search_values
