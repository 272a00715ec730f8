// The value that flows: one observation of a post (or an action on one), and what the analysis found in its text.
// Field meanings and sources: protocols table in docs; unknown text is "", unknown numbers and times are nullopt.
// Every offset counts Unicode code points, [start, end), into Tweet::text as stored. Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace tweetpulse {

struct Author {
  std::string id, handle, name;  // "" = unknown
  std::optional<std::int64_t> followers;
  bool operator==(const Author&) const = default;
};

struct Metrics {
  std::optional<std::int64_t> likes, retweets, replies, quotes;
  bool operator==(const Metrics&) const = default;
};

struct Account {
  std::string id, handle;
  bool operator==(const Account&) const = default;
};

struct MatchingRule {
  std::string id, tag;
  bool operator==(const MatchingRule&) const = default;
};

// Spans that the source vouches for; start = -1: not in the text (Bluesky record.tags).
struct DeclaredTag {
  std::string text;
  int start = -1, end = -1;
  bool operator==(const DeclaredTag&) const = default;
};
struct DeclaredMention {
  std::string handle, id;
  int start = -1, end = -1;
  bool operator==(const DeclaredMention&) const = default;
};
struct DeclaredUrl {
  std::string url, expanded_url, title;
  int start = -1, end = -1;
  bool operator==(const DeclaredUrl&) const = default;
};
struct Declared {
  std::vector<DeclaredTag> hashtags, cashtags;
  std::vector<DeclaredMention> mentions;
  std::vector<DeclaredUrl> urls;
  bool operator==(const Declared&) const = default;
};

enum class Kind { original, reply, retweet, quote };

enum class Action { none, erase, restore, withhold, erase_author, hide_author, show_author, scrub_geo };

struct Tweet {
  std::string id;      // the platform's global name: X decimal, at:// URI, Mastodon uri, simulator:<seed>:<n>
  std::string source;  // x bluesky mastodon simulator
  std::string text;    // plain UTF-8
  Time created_at{};
  Time received_at{};
  std::optional<Time> observed_at, edited_at;
  Author author;
  std::string lang_declared;  // ISO 639 or und; "" = the source said nothing
  Metrics metrics;
  std::string reply_to, retweet_of, quote_of, conversation;  // ids; "" = none
  Account reply_to_author;
  Declared declared;
  std::vector<std::string> media;  // photo video gif audio
  bool sensitive = false;
  std::vector<std::string> withheld_in;
  std::vector<std::string> edit_history;  // ids, oldest first
  std::vector<MatchingRule> matching_rules;
  std::string url;    // permalink
  std::string alias;  // Mastodon: {host}/{local id}
  std::string raw;    // the payload as received; "" for neutral lines. Stored only, never indexed or published
  // An action (a removal and the like) has no text; its id names the tweet, or {source}:{author}:{action}:{ms}.
  Action action = Action::none;
  std::optional<Time> event_at;
  std::string up_to_id;  // scrub_geo
  bool operator==(const Tweet&) const = default;
};

enum class Sentiment { negative, neutral, positive };

struct FoundTag {  // hashtag or cashtag; text without the sigil
  std::string text;
  int start = 0, end = 0;
  bool operator==(const FoundTag&) const = default;
};
struct FoundMention {
  std::string handle, id;  // id only where the source declared it
  int start = 0, end = 0;
  bool operator==(const FoundMention&) const = default;
};
struct FoundList {
  std::string handle, slug;  // slug with its slash
  int start = 0, end = 0;
  bool operator==(const FoundList&) const = default;
};
struct FoundUrl {
  std::string url, domain, expanded_url, title;
  int start = 0, end = 0;
  bool operator==(const FoundUrl&) const = default;
};
struct FoundName {
  std::string type, text;  // person place org product other
  int start = 0, end = 0;
  bool operator==(const FoundName&) const = default;
};
struct FoundEmoji {
  std::string emoji, name;
  int start = 0, end = 0;
  bool operator==(const FoundEmoji&) const = default;
};
struct ScoredWord {
  int start = 0, end = 0;
  double value = 0;
  bool operator==(const ScoredWord&) const = default;
};

struct Analysis {
  std::string language = "und";  // ISO 639-1, else 639-3, else und
  double language_confidence = 0;
  std::vector<FoundTag> hashtags, cashtags;
  std::vector<FoundMention> mentions;
  std::vector<FoundList> lists;
  std::vector<FoundUrl> urls;
  std::string text_reply_to;  // screen name by twitter-text's reply rule
  int weighted_length = 0;
  std::vector<FoundName> names;
  std::vector<std::string> keywords;  // <= 10, best first, lower case
  std::vector<FoundEmoji> emoji;
  std::optional<Sentiment> sentiment;                            // nullopt: abstained
  double score = 0;                                              // -1..1; no meaning without a label
  std::string sentiment_model;                                   // linear-en linear-multi rules, "" when abstained
  std::string abstained;                                         // "" unsupported_language no_words
  double compound = 0, positive = 0, neutral = 0, negative = 0;  // VADER's four figures, unrounded
  std::vector<ScoredWord> words;                                 // <= 8, strongest first: what moved the label
  std::string profile = "full";
  std::string version;  // 8 hex digits over code revision, tables and models
  bool operator==(const Analysis&) const = default;
};

struct EnrichedTweet {
  Tweet tweet;
  Analysis analysis;
  bool operator==(const EnrichedTweet&) const = default;
};

std::string_view to_string(Kind kind);
std::string_view to_string(Action action);  // "" for none
std::string_view to_string(Sentiment sentiment);
std::optional<Kind> kind_from(std::string_view name);
std::optional<Action> action_from(std::string_view name);
std::optional<Sentiment> sentiment_from(std::string_view name);

// retweet before reply before quote before original.
Kind kind_of(const Tweet& tweet);

// Orders the observations of one id: edits (3 bits), observed_at in ms (42), sum of the counts capped (15).
std::int64_t revision_of(const Tweet& tweet);
inline constexpr std::int64_t kTombstoneRevision = std::int64_t{1} << 60;

// Hash over everything but received_at, observed_at and raw: equal for observations that say the same.
std::uint64_t fingerprint_of(const Tweet& tweet);

// protocols.md 1.5: base tag, lower case, old codes mapped, what is no language is und; "" stays "".
std::string normal_language(std::string_view tag);

// The permalink of an X post; the handle may be unknown.
std::string x_url(std::string_view handle, std::string_view id);

// A point in the order (created_at, id) that every list and cursor uses.
struct Position {
  Time created_at{};
  std::string id;
  auto operator<=>(const Position&) const = default;
};

}  // namespace tweetpulse
