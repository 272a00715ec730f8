#include "tweet/tweet_json.h"

#include <charconv>
#include <cstring>

namespace tweetpulse {
namespace {

bool needs_escape(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

// How many bytes from the beginning stand in a JSON string as they are; eight are looked at at once.
std::size_t plain_prefix(std::string_view text) {
  constexpr std::uint64_t kEach = 0x0101010101010101, kHigh = 0x80 * kEach;
  const auto zero_byte = [](std::uint64_t word) { return (word - kEach) & ~word; };
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    const auto control = (word - 0x20 * kEach) & ~word;
    if (((control | zero_byte(word ^ '"' * kEach) | zero_byte(word ^ '\\' * kEach)) & kHigh) != 0) break;
  }
  while (at < text.size() && !needs_escape(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

void append_escape(std::string& out, unsigned char byte) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (byte) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
  }
}

void append_integer(std::string& out, std::int64_t value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, end);
}

// Writes `,"name":` or, first in its object, `"name":`.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  void end() { out_ += '}'; }
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  void text_or_null(std::string_view name, std::string_view value) {
    value.empty() ? void(key(name) += "null") : append_json_string(key(name), value);
  }
  void integer(std::string_view name, std::int64_t value) { append_integer(key(name), value); }
  void integer_or_null(std::string_view name, const std::optional<std::int64_t>& value) {
    value ? append_integer(key(name), *value) : void(key(name) += "null");
  }
  void boolean(std::string_view name, bool value) { key(name) += value ? "true" : "false"; }
  void time(std::string_view name, const std::optional<Time>& value) {
    key(name);
    if (!value) {
      out_ += "null";
      return;
    }
    out_ += '"';
    append_rfc3339(out_, *value);
    out_ += '"';
  }
  void number(std::string_view name, double value, int decimals) { append_json_number(key(name), value, decimals); }
  template <class List, class Each>
  void array(std::string_view name, const List& list, Each&& each) {
    key(name) += '[';
    bool first = true;
    for (const auto& item : list) {
      if (!first) out_ += ',';
      first = false;
      each(item);
    }
    out_ += ']';
  }
  void strings(std::string_view name, const std::vector<std::string>& list) {
    array(name, list, [this](const std::string& item) { append_json_string(out_, item); });
  }
  std::string& out() { return out_; }

 private:
  std::string& out_;
  bool first_ = true;
};

template <class Span>
void span(Object& object, const Span& value) {
  object.integer("start", value.start);
  object.integer("end", value.end);
}

template <class Span>
void indices(Object& object, const Span& value) {
  object.key("indices");
  object.out() += '[';
  append_integer(object.out(), value.start);
  object.out() += ',';
  append_integer(object.out(), value.end);
  object.out() += ']';
}

void append_author(Object& parent, const Author& author) {
  Object object(parent.key("author"));
  object.text_or_null("id", author.id);
  object.text_or_null("handle", author.handle);
  object.text_or_null("name", author.name);
  object.integer_or_null("followers", author.followers);
  object.end();
}

void append_metrics(Object& parent, const Metrics& metrics) {
  Object object(parent.key("metrics"));
  object.integer_or_null("likes", metrics.likes);
  object.integer_or_null("retweets", metrics.retweets);
  object.integer_or_null("replies", metrics.replies);
  object.integer_or_null("quotes", metrics.quotes);
  object.end();
}

void append_references(Object& object, const Tweet& tweet) {
  object.text_or_null("reply_to", tweet.reply_to);
  if (tweet.reply_to_author == Account{}) {
    object.key("reply_to_author") += "null";
  } else {
    Object account(object.key("reply_to_author"));
    account.text_or_null("id", tweet.reply_to_author.id);
    account.text_or_null("handle", tweet.reply_to_author.handle);
    account.end();
  }
  object.text_or_null("retweet_of", tweet.retweet_of);
  object.text_or_null("quote_of", tweet.quote_of);
  object.text_or_null("conversation", tweet.conversation);
  object.strings("edit_history", tweet.edit_history);
}

void append_found(Object& object, const Analysis& analysis) {
  auto& out = object.out();
  const auto tag = [&out](const FoundTag& found) {
    Object item(out);
    item.text("tag", found.text);
    span(item, found);
    item.end();
  };
  object.array("hashtags", analysis.hashtags, tag);
  object.array("mentions", analysis.mentions, [&out](const FoundMention& found) {
    Object item(out);
    item.text("handle", found.handle);
    item.text_or_null("id", found.id);
    span(item, found);
    item.end();
  });
  object.array("cashtags", analysis.cashtags, tag);
}

void append_links_and_names(Object& object, const Analysis& analysis) {
  auto& out = object.out();
  object.array("urls", analysis.urls, [&out](const FoundUrl& found) {
    Object item(out);
    item.text("url", found.url);
    item.text_or_null("expanded_url", found.expanded_url);
    item.text_or_null("domain", found.domain);
    item.text_or_null("title", found.title);
    span(item, found);
    item.end();
  });
  object.array("entities", analysis.names, [&out](const FoundName& found) {
    Object item(out);
    item.text("type", found.type);
    item.text("text", found.text);
    span(item, found);
    item.end();
  });
  object.strings("keywords", analysis.keywords);
}

void append_words(Object& object, const std::vector<ScoredWord>& words) {
  auto& out = object.out();
  object.array("words", words, [&out](const ScoredWord& word) {
    Object item(out);
    span(item, word);
    item.number("value", word.value, 2);
    item.end();
  });
}

void append_label(Object& object, const Analysis& analysis) {
  if (analysis.sentiment) {
    object.text("label", to_string(*analysis.sentiment));
    object.number("score", analysis.score, 2);
  } else {
    object.key("label") += "null";
    object.key("score") += "null";
  }
}

void append_record_entities(Object& parent, const Analysis& analysis) {
  Object object(parent.key("entities"));
  auto& out = object.out();
  const auto tag = [&out](const FoundTag& found) {
    Object item(out);
    item.text("text", found.text);
    indices(item, found);
    item.end();
  };
  object.array("hashtags", analysis.hashtags, tag);
  object.array("mentions", analysis.mentions, [&out](const FoundMention& found) {
    Object item(out);
    item.text("screen_name", found.handle);
    indices(item, found);
    item.end();
  });
  object.array("lists", analysis.lists, [&out](const FoundList& found) {
    Object item(out);
    item.text("screen_name", found.handle);
    item.text("list_slug", found.slug);
    indices(item, found);
    item.end();
  });
  object.array("cashtags", analysis.cashtags, tag);
  object.array("urls", analysis.urls, [&out](const FoundUrl& found) {
    Object item(out);
    item.text("url", found.url);
    item.text_or_null("domain", found.domain);
    indices(item, found);
    item.end();
  });
  object.text_or_null("reply_to", analysis.text_reply_to);
  object.end();
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t plain = plain_prefix(text);
    out.append(text.data(), plain);
    if (plain == text.size()) break;
    append_escape(out, static_cast<unsigned char>(text[plain]));
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

void append_json_number(std::string& out, double value, int decimals) {
  char buffer[352];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals).ptr;
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  if (text.find('.') == std::string_view::npos) {
    out += text;
    return;
  }
  while (text.ends_with('0') && text[text.size() - 2] != '.') text.remove_suffix(1);
  out += text == "-0.0" ? "0.0" : text;
}

void append_public(std::string& out, const EnrichedTweet& enriched, bool explain) {
  const auto& [tweet, analysis] = enriched;
  Object object(out);
  object.text("id", tweet.id);
  object.text("source", tweet.source);
  object.text("kind", to_string(kind_of(tweet)));
  object.text_or_null("url", tweet.url);
  object.text("text", tweet.text);
  object.text("lang", analysis.language);
  object.text_or_null("lang_declared", tweet.lang_declared);
  object.time("created_at", tweet.created_at);
  object.time("received_at", tweet.received_at);
  object.time("observed_at", tweet.observed_at);
  object.time("edited_at", tweet.edited_at);
  append_author(object, tweet.author);
  append_references(object, tweet);
  append_metrics(object, tweet.metrics);
  append_found(object, analysis);
  object.array("media", tweet.media, [&out](const std::string& type) {
    Object item(out);
    item.text("type", type);
    item.end();
  });
  object.boolean("sensitive", tweet.sensitive);
  object.strings("withheld_in", tweet.withheld_in);
  object.array("matching_rules", tweet.matching_rules, [&out](const MatchingRule& rule) {
    Object item(out);
    item.text("id", rule.id);
    item.text_or_null("tag", rule.tag);
    item.end();
  });
  append_links_and_names(object, analysis);
  Object sentiment(object.key("sentiment"));
  append_label(sentiment, analysis);
  if (explain) {
    sentiment.text_or_null("model", analysis.sentiment_model);
    sentiment.text_or_null("abstained", analysis.abstained);
    append_words(sentiment, analysis.words);
  }
  sentiment.end();
  object.end();
}

void append_record(std::string& out, std::string_view id, const Analysis& analysis) {
  Object object(out);
  object.text("id", id);
  object.text("language", analysis.language);
  object.number("language_confidence", analysis.language_confidence, 2);
  append_record_entities(object, analysis);
  object.integer("weighted_length", analysis.weighted_length);
  object.array("names", analysis.names, [&out](const FoundName& found) {
    Object item(out);
    span(item, found);
    item.text("type", found.type);
    item.text("text", found.text);
    item.end();
  });
  object.strings("keywords", analysis.keywords);
  object.array("emoji", analysis.emoji, [&out](const FoundEmoji& found) {
    Object item(out);
    item.text("emoji", found.emoji);
    item.text("name", found.name);
    indices(item, found);
    item.end();
  });
  Object sentiment(object.key("sentiment"));
  append_label(sentiment, analysis);
  sentiment.text_or_null("model", analysis.sentiment_model);
  sentiment.text_or_null("abstained", analysis.abstained);
  sentiment.number("compound", analysis.compound, 4);
  sentiment.number("pos", analysis.positive, 3);
  sentiment.number("neu", analysis.neutral, 3);
  sentiment.number("neg", analysis.negative, 3);
  append_words(sentiment, analysis.words);
  sentiment.end();
  object.text("profile", analysis.profile);
  object.text("version", analysis.version);
  object.end();
}

}  // namespace tweetpulse
