// Inverse of packed_write.cpp. Goes through the members once, in whatever order they stand.
#include <simdjson.h>

#include <array>
#include <string>
#include <utility>

#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

namespace json = simdjson::dom;  // compiled in the library for every CPU; On-Demand would fall back to scalar code

std::string string_of(json::element value) {
  return std::string(std::string_view(value.get_string()));
}
Time time_of(json::element value) {
  return from_ms(std::int64_t(value.get_int64()));
}

// What a place of a tuple holds is told by the member that takes it. Throws simdjson_error, caught in read().
void take(std::string& into, json::element value) {
  into = string_of(value);
}
void take(int& into, json::element value) {
  into = static_cast<int>(std::int64_t(value.get_int64()));
}
void take(double& into, json::element value) {
  into = value.get_double();
}
void take(std::optional<std::int64_t>& into, json::element value) {
  if (!value.is_null()) into = std::int64_t(value.get_int64());
}

// One tuple, place by place.
template <class... Fields>
void read_tuple(json::element value, Fields&... fields) {
  const json::array tuple = value.get_array();
  auto next = tuple.begin();
  const auto take_next = [&](auto& field) {
    if (next == tuple.end()) throw simdjson::simdjson_error(simdjson::INDEX_OUT_OF_BOUNDS);
    take(field, *next);
    ++next;
  };
  (take_next(fields), ...);
}

// A list of tuples whose places are these members, in this order.
template <class Item, class... Members>
void read_items(std::vector<Item>& into, json::element value, Members... members) {
  for (const auto tuple : json::array(value.get_array())) {
    Item& item = into.emplace_back();
    read_tuple(tuple, item.*members...);
  }
}

void read_strings(std::vector<std::string>& into, json::element value) {
  for (const auto item : json::array(value.get_array())) into.push_back(string_of(item));
}

template <class Tag>
void read_tags(std::vector<Tag>& into, json::element value) {
  read_items(into, value, &Tag::text, &Tag::start, &Tag::end);
}

template <class Mention>
void read_mentions(std::vector<Mention>& into, json::element value) {
  read_items(into, value, &Mention::handle, &Mention::id, &Mention::start, &Mention::end);
}

void read_counts(Tweet& tweet, json::element value) {
  auto& counts = tweet.metrics;
  read_tuple(value, counts.likes, counts.retweets, counts.replies, counts.quotes, tweet.author.followers);
}

void read_scores(Analysis& found, json::element value) {
  read_tuple(value, found.score, found.language_confidence, found.compound, found.positive, found.neutral,
             found.negative);
}

using Reader = void (*)(EnrichedTweet&, json::element);

// clang-format off
// In the order in which packed_write.cpp writes the members.
const auto kReaders = std::to_array<std::pair<std::string_view, Reader>>({
    {"id", [](EnrichedTweet& t, json::element v) { t.tweet.id = string_of(v); }},
    {"source", [](EnrichedTweet& t, json::element v) { t.tweet.source = string_of(v); }},
    {"text", [](EnrichedTweet& t, json::element v) { t.tweet.text = string_of(v); }},
    {"created_at", [](EnrichedTweet& t, json::element v) { t.tweet.created_at = time_of(v); }},
    {"received_at", [](EnrichedTweet& t, json::element v) { t.tweet.received_at = time_of(v); }},
    {"observed_at", [](EnrichedTweet& t, json::element v) { t.tweet.observed_at = time_of(v); }},
    {"edited_at", [](EnrichedTweet& t, json::element v) { t.tweet.edited_at = time_of(v); }},
    {"author_id", [](EnrichedTweet& t, json::element v) { t.tweet.author.id = string_of(v); }},
    {"author_handle", [](EnrichedTweet& t, json::element v) { t.tweet.author.handle = string_of(v); }},
    {"author_name", [](EnrichedTweet& t, json::element v) { t.tweet.author.name = string_of(v); }},
    {"lang_declared", [](EnrichedTweet& t, json::element v) { t.tweet.lang_declared = string_of(v); }},
    {"counts", [](EnrichedTweet& t, json::element v) { read_counts(t.tweet, v); }},
    {"reply_to", [](EnrichedTweet& t, json::element v) { t.tweet.reply_to = string_of(v); }},
    {"reply_to_author_id", [](EnrichedTweet& t, json::element v) { t.tweet.reply_to_author.id = string_of(v); }},
    {"reply_to_author_handle", [](EnrichedTweet& t, json::element v) { t.tweet.reply_to_author.handle = string_of(v); }},
    {"retweet_of", [](EnrichedTweet& t, json::element v) { t.tweet.retweet_of = string_of(v); }},
    {"quote_of", [](EnrichedTweet& t, json::element v) { t.tweet.quote_of = string_of(v); }},
    {"conversation", [](EnrichedTweet& t, json::element v) { t.tweet.conversation = string_of(v); }},
    {"d_hashtags", [](EnrichedTweet& t, json::element v) { read_tags(t.tweet.declared.hashtags, v); }},
    {"d_cashtags", [](EnrichedTweet& t, json::element v) { read_tags(t.tweet.declared.cashtags, v); }},
    {"d_mentions", [](EnrichedTweet& t, json::element v) { read_mentions(t.tweet.declared.mentions, v); }},
    {"d_urls", [](EnrichedTweet& t, json::element v) {
         read_items(t.tweet.declared.urls, v, &DeclaredUrl::url, &DeclaredUrl::expanded_url,
                    &DeclaredUrl::title, &DeclaredUrl::start, &DeclaredUrl::end); }},
    {"media", [](EnrichedTweet& t, json::element v) { read_strings(t.tweet.media, v); }},
    {"sensitive", [](EnrichedTweet& t, json::element v) { t.tweet.sensitive = v.get_bool(); }},
    {"withheld_in", [](EnrichedTweet& t, json::element v) { read_strings(t.tweet.withheld_in, v); }},
    {"edit_history", [](EnrichedTweet& t, json::element v) { read_strings(t.tweet.edit_history, v); }},
    {"rules", [](EnrichedTweet& t, json::element v) {
         read_items(t.tweet.matching_rules, v, &MatchingRule::id, &MatchingRule::tag); }},
    {"url", [](EnrichedTweet& t, json::element v) { t.tweet.url = string_of(v); }},
    {"alias", [](EnrichedTweet& t, json::element v) { t.tweet.alias = string_of(v); }},
    {"action", [](EnrichedTweet& t, json::element v) {
         t.tweet.action = action_from(std::string_view(v.get_string())).value_or(Action::none); }},
    {"event_at", [](EnrichedTweet& t, json::element v) { t.tweet.event_at = time_of(v); }},
    {"up_to_id", [](EnrichedTweet& t, json::element v) { t.tweet.up_to_id = string_of(v); }},
    {"raw", [](EnrichedTweet& t, json::element v) { t.tweet.raw = string_of(v); }},
    {"lang", [](EnrichedTweet& t, json::element v) { t.analysis.language = string_of(v); }},
    {"hashtags", [](EnrichedTweet& t, json::element v) { read_tags(t.analysis.hashtags, v); }},
    {"cashtags", [](EnrichedTweet& t, json::element v) { read_tags(t.analysis.cashtags, v); }},
    {"mentions", [](EnrichedTweet& t, json::element v) { read_mentions(t.analysis.mentions, v); }},
    {"lists", [](EnrichedTweet& t, json::element v) {
         read_items(t.analysis.lists, v, &FoundList::handle, &FoundList::slug, &FoundList::start, &FoundList::end); }},
    {"urls", [](EnrichedTweet& t, json::element v) {
         read_items(t.analysis.urls, v, &FoundUrl::url, &FoundUrl::domain, &FoundUrl::expanded_url,
                    &FoundUrl::title, &FoundUrl::start, &FoundUrl::end); }},
    {"names", [](EnrichedTweet& t, json::element v) {
         read_items(t.analysis.names, v, &FoundName::type, &FoundName::text, &FoundName::start, &FoundName::end); }},
    {"emoji", [](EnrichedTweet& t, json::element v) {
         read_items(t.analysis.emoji, v, &FoundEmoji::emoji, &FoundEmoji::name, &FoundEmoji::start, &FoundEmoji::end); }},
    {"keywords", [](EnrichedTweet& t, json::element v) { read_strings(t.analysis.keywords, v); }},
    {"text_reply_to", [](EnrichedTweet& t, json::element v) { t.analysis.text_reply_to = string_of(v); }},
    {"weighted_length", [](EnrichedTweet& t, json::element v) {
         t.analysis.weighted_length = static_cast<int>(std::int64_t(v.get_int64())); }},
    {"sentiment", [](EnrichedTweet& t, json::element v) {
         t.analysis.sentiment = sentiment_from(std::string_view(v.get_string())); }},
    {"model", [](EnrichedTweet& t, json::element v) { t.analysis.sentiment_model = string_of(v); }},
    {"abstained", [](EnrichedTweet& t, json::element v) { t.analysis.abstained = string_of(v); }},
    {"scores", [](EnrichedTweet& t, json::element v) { read_scores(t.analysis, v); }},
    {"words", [](EnrichedTweet& t, json::element v) {
         read_items(t.analysis.words, v, &ScoredWord::start, &ScoredWord::end, &ScoredWord::value); }},
    {"profile", [](EnrichedTweet& t, json::element v) { t.analysis.profile = string_of(v); }},
    {"version", [](EnrichedTweet& t, json::element v) { t.analysis.version = string_of(v); }}});
// clang-format on

// A member stands behind the one before it, so the search goes on from there; any other order is found as well.
Reader find_reader(std::string_view key, std::size_t& place) {
  for (std::size_t tried = 0; tried < kReaders.size(); ++tried) {
    const auto& [name, reader] = kReaders[place];
    if (++place == kReaders.size()) place = 0;
    if (name == key) return reader;
  }
  return nullptr;
}

Result<EnrichedTweet> read(std::string_view text) {
  thread_local json::parser parser;
  thread_local std::string padded;
  padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  padded.assign(text);
  EnrichedTweet tweet;
  bool versioned = false;
  std::size_t place = 0;
  try {
    const json::object document = parser.parse(padded.data(), text.size(), false).get_object();
    for (const auto [key, value] : document) {
      if (key == "v") {
        versioned = value.is_int64() && std::int64_t(value.get_int64()) == 1;
        if (!versioned) break;
        continue;
      }
      if (const auto reader = find_reader(key, place)) reader(tweet, value);
    }
  } catch (const simdjson::simdjson_error& error) {
    return Error{ErrorCode::corrupt, std::string("A stored tweet cannot be read: ") + error.what() + "."};
  }
  if (!versioned || tweet.tweet.id.empty())
    return Error{ErrorCode::corrupt,
                 "A stored tweet has no version 1 mark or no id: was it written by a newer release?"};
  return tweet;
}

}  // namespace

Result<Tweet> read_packed(std::string_view json) {
  auto tweet = read(json);
  if (!tweet) return tweet.error();
  return std::move(tweet->tweet);
}

Result<EnrichedTweet> read_packed_enriched(std::string_view json) {
  return read(json);
}

}  // namespace tweetpulse
