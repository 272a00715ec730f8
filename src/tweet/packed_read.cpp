// Inverse of packed_write.cpp. Goes through the members once, in whatever order they stand.
#include <simdjson.h>

#include <array>
#include <string>
#include <utility>

#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

namespace json = simdjson::dom;  // compiled in the library for every CPU; On-Demand would fall back to scalar code

// Takes values out of a tuple one after another; throws simdjson_error like everything below, caught in read().
class Tuple {
 public:
  explicit Tuple(json::element value) : array_(value.get_array()), next_(array_.begin()) {}
  std::string text() { return std::string(std::string_view(take().get_string())); }
  int number() { return static_cast<int>(std::int64_t(take().get_int64())); }
  double real() { return take().get_double(); }
  std::optional<std::int64_t> optional_integer() {
    const auto value = take();
    if (value.is_null()) return std::nullopt;
    return std::int64_t(value.get_int64());
  }

 private:
  json::element take() {
    if (next_ == array_.end()) throw simdjson::simdjson_error(simdjson::INDEX_OUT_OF_BOUNDS);
    const auto element = *next_;
    ++next_;
    return element;
  }
  json::array array_;
  json::array::iterator next_;
};

template <class Each>
void each_item(json::element value, Each&& each) {
  for (const auto item : json::array(value.get_array())) each(item);
}

std::string string_of(json::element value) {
  return std::string(std::string_view(value.get_string()));
}
Time time_of(json::element value) {
  return from_ms(std::int64_t(value.get_int64()));
}

void read_strings(std::vector<std::string>& into, json::element value) {
  each_item(value, [&into](json::element item) { into.push_back(string_of(item)); });
}

template <class Tag>
void read_tags(std::vector<Tag>& into, json::element value) {
  each_item(value, [&into](json::element item) {
    Tuple tuple(item);
    Tag tag;
    tag.text = tuple.text();
    tag.start = tuple.number();
    tag.end = tuple.number();
    into.push_back(std::move(tag));
  });
}

template <class Mention>
void read_mentions(std::vector<Mention>& into, json::element value) {
  each_item(value, [&into](json::element item) {
    Tuple tuple(item);
    Mention mention;
    mention.handle = tuple.text();
    mention.id = tuple.text();
    mention.start = tuple.number();
    mention.end = tuple.number();
    into.push_back(std::move(mention));
  });
}

void read_counts(Tweet& tweet, json::element value) {
  Tuple tuple(value);
  tweet.metrics.likes = tuple.optional_integer();
  tweet.metrics.retweets = tuple.optional_integer();
  tweet.metrics.replies = tuple.optional_integer();
  tweet.metrics.quotes = tuple.optional_integer();
  tweet.author.followers = tuple.optional_integer();
}

void read_declared_urls(Tweet& tweet, json::element value) {
  each_item(value, [&tweet](json::element item) {
    Tuple tuple(item);
    DeclaredUrl url;
    url.url = tuple.text();
    url.expanded_url = tuple.text();
    url.title = tuple.text();
    url.start = tuple.number();
    url.end = tuple.number();
    tweet.declared.urls.push_back(std::move(url));
  });
}

void read_rules(Tweet& tweet, json::element value) {
  each_item(value, [&tweet](json::element item) {
    Tuple tuple(item);
    MatchingRule rule;
    rule.id = tuple.text();
    rule.tag = tuple.text();
    tweet.matching_rules.push_back(std::move(rule));
  });
}

void read_lists(Analysis& analysis, json::element value) {
  each_item(value, [&analysis](json::element item) {
    Tuple tuple(item);
    FoundList list;
    list.handle = tuple.text();
    list.slug = tuple.text();
    list.start = tuple.number();
    list.end = tuple.number();
    analysis.lists.push_back(std::move(list));
  });
}

void read_urls(Analysis& analysis, json::element value) {
  each_item(value, [&analysis](json::element item) {
    Tuple tuple(item);
    FoundUrl url;
    url.url = tuple.text();
    url.domain = tuple.text();
    url.expanded_url = tuple.text();
    url.title = tuple.text();
    url.start = tuple.number();
    url.end = tuple.number();
    analysis.urls.push_back(std::move(url));
  });
}

void read_names(Analysis& analysis, json::element value) {
  each_item(value, [&analysis](json::element item) {
    Tuple tuple(item);
    FoundName name;
    name.type = tuple.text();
    name.text = tuple.text();
    name.start = tuple.number();
    name.end = tuple.number();
    analysis.names.push_back(std::move(name));
  });
}

void read_emoji(Analysis& analysis, json::element value) {
  each_item(value, [&analysis](json::element item) {
    Tuple tuple(item);
    FoundEmoji emoji;
    emoji.emoji = tuple.text();
    emoji.name = tuple.text();
    emoji.start = tuple.number();
    emoji.end = tuple.number();
    analysis.emoji.push_back(std::move(emoji));
  });
}

void read_scores(Analysis& analysis, json::element value) {
  Tuple tuple(value);
  analysis.score = tuple.real();
  analysis.language_confidence = tuple.real();
  analysis.compound = tuple.real();
  analysis.positive = tuple.real();
  analysis.neutral = tuple.real();
  analysis.negative = tuple.real();
}

void read_words(Analysis& analysis, json::element value) {
  each_item(value, [&analysis](json::element item) {
    Tuple tuple(item);
    ScoredWord word;
    word.start = tuple.number();
    word.end = tuple.number();
    word.value = tuple.real();
    analysis.words.push_back(word);
  });
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
    {"d_urls", [](EnrichedTweet& t, json::element v) { read_declared_urls(t.tweet, v); }},
    {"media", [](EnrichedTweet& t, json::element v) { read_strings(t.tweet.media, v); }},
    {"sensitive", [](EnrichedTweet& t, json::element v) { t.tweet.sensitive = v.get_bool(); }},
    {"withheld_in", [](EnrichedTweet& t, json::element v) { read_strings(t.tweet.withheld_in, v); }},
    {"edit_history", [](EnrichedTweet& t, json::element v) { read_strings(t.tweet.edit_history, v); }},
    {"rules", [](EnrichedTweet& t, json::element v) { read_rules(t.tweet, v); }},
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
    {"lists", [](EnrichedTweet& t, json::element v) { read_lists(t.analysis, v); }},
    {"urls", [](EnrichedTweet& t, json::element v) { read_urls(t.analysis, v); }},
    {"names", [](EnrichedTweet& t, json::element v) { read_names(t.analysis, v); }},
    {"emoji", [](EnrichedTweet& t, json::element v) { read_emoji(t.analysis, v); }},
    {"keywords", [](EnrichedTweet& t, json::element v) { read_strings(t.analysis.keywords, v); }},
    {"text_reply_to", [](EnrichedTweet& t, json::element v) { t.analysis.text_reply_to = string_of(v); }},
    {"weighted_length", [](EnrichedTweet& t, json::element v) {
         t.analysis.weighted_length = static_cast<int>(std::int64_t(v.get_int64())); }},
    {"sentiment", [](EnrichedTweet& t, json::element v) {
         t.analysis.sentiment = sentiment_from(std::string_view(v.get_string())); }},
    {"model", [](EnrichedTweet& t, json::element v) { t.analysis.sentiment_model = string_of(v); }},
    {"abstained", [](EnrichedTweet& t, json::element v) { t.analysis.abstained = string_of(v); }},
    {"scores", [](EnrichedTweet& t, json::element v) { read_scores(t.analysis, v); }},
    {"words", [](EnrichedTweet& t, json::element v) { read_words(t.analysis, v); }},
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
