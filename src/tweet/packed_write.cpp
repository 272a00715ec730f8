// Packed form, version 1: short lists instead of objects, absent members left out. packed_read.cpp is its inverse; a
// member may be added, never renamed or given another meaning, since a newer process reads what an older one queued.
#include <array>
#include <charconv>
#include <cmath>

#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

// `,"name":` made by the compiler, so that a member begins with one copy.
class Key {
 public:
  template <std::size_t N>
  consteval Key(const char (&name)[N]) : size_(N + 3) {
    text_[0] = ',';
    text_[1] = '"';
    for (std::size_t i = 0; i + 1 < N; ++i) text_[i + 2] = name[i];
    text_[N + 1] = '"';
    text_[N + 2] = ':';
  }
  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 32> text_{};
  std::size_t size_;
};

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  std::string& key(const Key& name) { return out_ += name.text(); }
  void text(const Key& name, std::string_view value) {
    if (!value.empty()) append_json_string(key(name), value);
  }
  void time(const Key& name, const std::optional<Time>& value) {
    if (value) integer(key(name), to_ms(*value));
  }
  template <class Number>
  void integer(std::string& out, Number value) {
    // Most figures of a tweet are 0; a double that is -0.0 is written as such.
    if (value == Number{} && !std::signbit(static_cast<double>(value))) {
      out += '0';
      return;
    }
    char buffer[32];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  }
  // [a, b, ...] of whatever each() writes; left out when empty.
  template <class List, class Each>
  void list(const Key& name, const List& items, Each&& each) {
    if (items.empty()) return;
    key(name) += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      each(item);
    }
    out_ += ']';
  }
  void strings(const Key& name, const std::vector<std::string>& items) {
    list(name, items, [this](const std::string& item) { append_json_string(out_, item); });
  }
  // One tuple: strings, then numbers.
  void tuple(std::initializer_list<std::string_view> texts, std::initializer_list<int> numbers) {
    out_ += '[';
    bool first = true;
    for (const auto text : texts) {
      if (!first) out_ += ',';
      first = false;
      append_json_string(out_, text);
    }
    for (const int number : numbers) {
      if (!first) out_ += ',';
      first = false;
      integer(out_, number);
    }
    out_ += ']';
  }
  void optional_integer(const std::optional<std::int64_t>& value) {
    value ? integer(out_, *value) : void(out_ += "null");
  }
  std::string& out() { return out_; }

 private:
  std::string& out_;
};

void write_declared(Writer& writer, const Declared& declared) {
  const auto tag = [&writer](const DeclaredTag& item) { writer.tuple({item.text}, {item.start, item.end}); };
  writer.list("d_hashtags", declared.hashtags, tag);
  writer.list("d_cashtags", declared.cashtags, tag);
  writer.list("d_mentions", declared.mentions, [&writer](const DeclaredMention& item) {
    writer.tuple({item.handle, item.id}, {item.start, item.end});
  });
  writer.list("d_urls", declared.urls, [&writer](const DeclaredUrl& item) {
    writer.tuple({item.url, item.expanded_url, item.title}, {item.start, item.end});
  });
}

void write_counts(Writer& writer, const Tweet& tweet) {
  const auto& [likes, retweets, replies, quotes] = tweet.metrics;
  if (tweet.metrics == Metrics{} && !tweet.author.followers) return;
  writer.key("counts") += '[';
  for (const auto& count : {likes, retweets, replies, quotes}) {
    writer.optional_integer(count);
    writer.out() += ',';
  }
  writer.optional_integer(tweet.author.followers);
  writer.out() += ']';
}

void write_tweet(Writer& writer, const Tweet& tweet) {
  writer.text("id", tweet.id);
  writer.text("source", tweet.source);
  writer.text("text", tweet.text);
  writer.time("created_at", tweet.created_at);
  writer.time("received_at", tweet.received_at);
  writer.time("observed_at", tweet.observed_at);
  writer.time("edited_at", tweet.edited_at);
  writer.text("author_id", tweet.author.id);
  writer.text("author_handle", tweet.author.handle);
  writer.text("author_name", tweet.author.name);
  writer.text("lang_declared", tweet.lang_declared);
  write_counts(writer, tweet);
  writer.text("reply_to", tweet.reply_to);
  writer.text("reply_to_author_id", tweet.reply_to_author.id);
  writer.text("reply_to_author_handle", tweet.reply_to_author.handle);
  writer.text("retweet_of", tweet.retweet_of);
  writer.text("quote_of", tweet.quote_of);
  writer.text("conversation", tweet.conversation);
  write_declared(writer, tweet.declared);
  writer.strings("media", tweet.media);
  if (tweet.sensitive) writer.key("sensitive") += "true";
  writer.strings("withheld_in", tweet.withheld_in);
  writer.strings("edit_history", tweet.edit_history);
  writer.list("rules", tweet.matching_rules, [&writer](const MatchingRule& rule) {
    writer.tuple({rule.id, rule.tag}, {});
  });
  writer.text("url", tweet.url);
  writer.text("alias", tweet.alias);
  writer.text("action", to_string(tweet.action));
  writer.time("event_at", tweet.event_at);
  writer.text("up_to_id", tweet.up_to_id);
}

void write_numbers(Writer& writer, const Key& name, std::initializer_list<double> values) {
  writer.key(name) += '[';
  bool first = true;
  for (const double value : values) {
    if (!first) writer.out() += ',';
    first = false;
    writer.integer(writer.out(), value);
  }
  writer.out() += ']';
}

void write_analysis(Writer& writer, const Analysis& analysis) {
  writer.text("lang", analysis.language);
  const auto tag = [&writer](const FoundTag& item) { writer.tuple({item.text}, {item.start, item.end}); };
  writer.list("hashtags", analysis.hashtags, tag);
  writer.list("cashtags", analysis.cashtags, tag);
  writer.list("mentions", analysis.mentions, [&writer](const FoundMention& item) {
    writer.tuple({item.handle, item.id}, {item.start, item.end});
  });
  writer.list("lists", analysis.lists, [&writer](const FoundList& item) {
    writer.tuple({item.handle, item.slug}, {item.start, item.end});
  });
  writer.list("urls", analysis.urls, [&writer](const FoundUrl& item) {
    writer.tuple({item.url, item.domain, item.expanded_url, item.title}, {item.start, item.end});
  });
  writer.list("names", analysis.names, [&writer](const FoundName& item) {
    writer.tuple({item.type, item.text}, {item.start, item.end});
  });
  writer.list("emoji", analysis.emoji, [&writer](const FoundEmoji& item) {
    writer.tuple({item.emoji, item.name}, {item.start, item.end});
  });
  writer.strings("keywords", analysis.keywords);
  writer.text("text_reply_to", analysis.text_reply_to);
  writer.integer(writer.key("weighted_length"), analysis.weighted_length);
  if (analysis.sentiment) writer.text("sentiment", to_string(*analysis.sentiment));
  writer.text("model", analysis.sentiment_model);
  writer.text("abstained", analysis.abstained);
  write_numbers(writer, "scores",
                {analysis.score, analysis.language_confidence, analysis.compound, analysis.positive, analysis.neutral,
                 analysis.negative});
  writer.list("words", analysis.words, [&writer](const ScoredWord& word) {
    writer.out() += '[';
    writer.integer(writer.out(), word.start);
    writer.out() += ',';
    writer.integer(writer.out(), word.end);
    writer.out() += ',';
    writer.integer(writer.out(), word.value);
    writer.out() += ']';
  });
  writer.text("profile", analysis.profile);
  writer.text("version", analysis.version);
}

}  // namespace

void append_packed(std::string& out, const Tweet& tweet) {
  out += "{\"v\":1";
  Writer writer(out);
  write_tweet(writer, tweet);
  writer.text("raw", tweet.raw);
  out += '}';
}

void append_packed(std::string& out, const EnrichedTweet& enriched) {
  out += "{\"v\":1";
  Writer writer(out);
  write_tweet(writer, enriched.tweet);
  write_analysis(writer, enriched.analysis);
  out += '}';
}

}  // namespace tweetpulse
