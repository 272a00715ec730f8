// The words of the query language: operators and their values, for parser, printer and completion alike.
// Threads: constants.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "query/ast.h"

namespace tweetpulse {

struct OperatorName {
  std::string_view name, description;
};

inline constexpr std::array kOperators{
    OperatorName{"from", "written by this account"},
    OperatorName{"to", "reply to this account"},
    OperatorName{"lang", "language, as en, ja or und"},
    OperatorName{"sentiment", "positive, neutral or negative"},
    OperatorName{"has", "links, hashtags, mentions or media"},
    OperatorName{"is", "retweet, reply or quote"},
    OperatorName{"since", "written at or after this time"},
    OperatorName{"until", "written before this time"},
    OperatorName{"source", "x, bluesky, mastodon or simulator"},
    OperatorName{"min_followers", "the author has at least this many followers"},
    OperatorName{"url", "words of a link in a row"},
    OperatorName{"domain", "links to this host or one below it"},
    OperatorName{"entity", "names this person, place, organisation or product"},
    OperatorName{"keyword", "has this keyword"},
};

inline constexpr std::array<std::string_view, 3> kSentiments{"negative", "neutral", "positive"};
inline constexpr std::array<std::string_view, 4> kHasValues{"links", "hashtags", "mentions", "media"};
constexpr std::string_view name_of(HasField field) {
  return kHasValues[static_cast<std::size_t>(field)];
}
inline constexpr std::array<std::string_view, 3> kIsValues{"retweet", "reply", "quote"};
inline constexpr std::array<std::string_view, 4> kSources{"x", "bluesky", "mastodon", "simulator"};
inline constexpr std::array<std::string_view, 5> kTimeValues{"now-1h", "now-1d", "now-7d", "now-1M", "now/d"};
inline constexpr std::array<std::string_view, 24> kLanguages{"en", "ja", "es", "pt", "ar", "fr", "tr", "ko",
                                                             "id", "hi", "de", "it", "ru", "th", "fa", "pl",
                                                             "nl", "uk", "zh", "ur", "tl", "sv", "he", "und"};

// Punctuation that does not end a tag unless it is quoted.
inline constexpr std::string_view kTagEnd = ".,;:!?";

}  // namespace tweetpulse
