// What a store knows of one id beside its text, and the rules of which observation or action wins.
// Threads: plain values and pure functions.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "tweet/tweet.h"

namespace tweetpulse {

enum class RowState { live = 0, tombstone = 1, waiting = 2 };  // waiting: for its tweet

// The hour row that counts a tweet; never empty: `und`, `unscored`.
struct Dimensions {
  std::int64_t created_at = 0;
  std::string source, kind, lang, sentiment;
  auto operator<=>(const Dimensions&) const = default;
};

struct TweetRow {
  std::string id;
  RowState state = RowState::waiting;
  std::int64_t observed = -1;  // greatest revision of a post seen
  Dimensions dimensions;
  std::optional<std::string> author, handle, alias;
  bool hidden = false;
  std::string withheld;  // ",DE,FR,"
  std::optional<std::string> marked;
  std::optional<std::int64_t> marked_at, erased_at, restored_at, removed_at;
  bool uncounted = false;

  bool live() const { return state == RowState::live; }
  // An erase of this id that no later restore has lifted.
  bool erased() const { return erased_at && (!restored_at || *erased_at >= *restored_at); }
};

Dimensions dimensions_of(const EnrichedTweet& tweet);

// Orders observations of one id, the same for any order of arrival. Equal means: compare the texts.
std::strong_ordering compare_observation(std::int64_t revision, const Dimensions& dimensions, const TweetRow& row);

// When an action happened by its source's clock; ours where the source has none.
std::int64_t event_ms(const Tweet& action);

// Keeps the later of both; false: `time` was known already.
bool raise(std::optional<std::int64_t>& known, std::int64_t time);

// Lower case without @; nullopt for "".
std::optional<std::string> folded_handle(std::string_view handle);
std::optional<std::string> text_or_null(std::string_view text);

std::string joined_countries(const std::vector<std::string>& countries);
std::vector<std::string> split_countries(std::string_view joined);
// `country` upper case or "". True for XX and XY, X's codes for everywhere.
bool withheld_in(std::string_view joined, std::string_view country);

// True: the action is on everything of tweet.author.id, not on one tweet.
bool is_author_action(const Tweet& action);

// Orders decimal ids of any length by their number.
bool id_not_after(std::string_view id, std::string_view limit);

}  // namespace tweetpulse
