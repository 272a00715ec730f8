// The one JSON form of a tweet: packed (queue, raw and declared included), public (API, index, feed), the record of
// `tweetpulse analyze`, and the lenient reader of neutral input. Threads: pure; one simdjson parser a thread inside.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "tweet/tweet.h"

namespace tweetpulse {

// Packed form: everything of the tweet, with a version. Reading it back gives an equal tweet.
void append_packed(std::string& out, const Tweet& tweet);
Result<Tweet> read_packed(std::string_view json);  // corrupt: not ours, or a newer version

// Packed form with the analysis and without raw: what store and index keep.
void append_packed(std::string& out, const EnrichedTweet& tweet);
Result<EnrichedTweet> read_packed_enriched(std::string_view json);

// Public form: exactly the members of the API's tweet, in the order of api.md section 3, one JSON object.
// `explain` adds sentiment.words.
void append_public(std::string& out, const EnrichedTweet& tweet, bool explain = false);

// The record of `tweetpulse analyze`; `id` as in the input line.
void append_record(std::string& out, std::string_view id, const Analysis& analysis);

// Appends a JSON string literal. Requires: valid UTF-8.
void append_json_string(std::string& out, std::string_view text);
// Shortest form of a double with at most `decimals` digits after the point (no trailing zeros, "0.0" style for 0).
void append_json_number(std::string& out, double value, int decimals);

// Why a line of input was refused: protocols.md 1.7, as written in answers, dead letters and metrics.
struct Refusal {
  std::string reason;  // not_json bad_id created_at_out_of_range ...
};

// A neutral line (protocols.md section 7), our own public form included. `received_at` bounds created_at.
std::variant<Tweet, Refusal> read_neutral(std::string_view line, Time received_at);

}  // namespace tweetpulse
