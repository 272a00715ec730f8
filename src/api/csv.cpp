#include "api/csv.h"

#include <array>

#include "tweet/tweet_json.h"

namespace tweetpulse::api {
namespace {

enum class Cell { text, id, number };

struct Column {
  std::string_view name;
  Cell cell;
  std::string (*value)(const EnrichedTweet&);
};

std::string count(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "";
}
std::string stamp(const std::optional<Time>& time) {
  return time ? format_rfc3339(*time) : "";
}

template <class List, class Word>
std::string words(const List& list, Word word) {
  std::string out;
  for (const auto& item : list) out.append(out.empty() ? "" : " ").append(word(item));
  return out;
}

std::string score(const EnrichedTweet& t) {
  std::string out;
  if (t.analysis.sentiment) append_json_number(out, t.analysis.score, 4);
  return out;
}

using T = const EnrichedTweet&;
constexpr std::array kColumns{
    Column{"id", Cell::id, [](T t) { return t.tweet.id; }},
    Column{"created_at", Cell::text, [](T t) { return format_rfc3339(t.tweet.created_at); }},
    Column{"source", Cell::text, [](T t) { return t.tweet.source; }},
    Column{"kind", Cell::text, [](T t) { return std::string(to_string(kind_of(t.tweet))); }},
    Column{"author.id", Cell::id, [](T t) { return t.tweet.author.id; }},
    Column{"author.handle", Cell::text, [](T t) { return t.tweet.author.handle; }},
    Column{"author.name", Cell::text, [](T t) { return t.tweet.author.name; }},
    Column{"author.followers", Cell::number, [](T t) { return count(t.tweet.author.followers); }},
    Column{"text", Cell::text, [](T t) { return t.tweet.text; }},
    Column{"lang", Cell::text, [](T t) { return t.analysis.language; }},
    Column{"lang_declared", Cell::text, [](T t) { return t.tweet.lang_declared; }},
    Column{"sentiment.label", Cell::text,
           [](T t) { return t.analysis.sentiment ? std::string(to_string(*t.analysis.sentiment)) : std::string(); }},
    Column{"sentiment.score", Cell::number, &score},
    Column{"metrics.likes", Cell::number, [](T t) { return count(t.tweet.metrics.likes); }},
    Column{"metrics.retweets", Cell::number, [](T t) { return count(t.tweet.metrics.retweets); }},
    Column{"metrics.replies", Cell::number, [](T t) { return count(t.tweet.metrics.replies); }},
    Column{"metrics.quotes", Cell::number, [](T t) { return count(t.tweet.metrics.quotes); }},
    Column{"hashtags", Cell::text,
           [](T t) { return words(t.analysis.hashtags, [](const FoundTag& tag) { return "#" + tag.text; }); }},
    Column{"mentions", Cell::text,
           [](T t) { return words(t.analysis.mentions, [](const FoundMention& m) { return "@" + m.handle; }); }},
    Column{"urls", Cell::text,
           [](T t) {
             return words(t.analysis.urls,
                          [](const FoundUrl& u) { return u.expanded_url.empty() ? u.url : u.expanded_url; });
           }},
    Column{"keywords", Cell::text,
           [](T t) { return words(t.analysis.keywords, [](const std::string& k) { return k; }); }},
    Column{"reply_to", Cell::id, [](T t) { return t.tweet.reply_to; }},
    Column{"retweet_of", Cell::id, [](T t) { return t.tweet.retweet_of; }},
    Column{"quote_of", Cell::id, [](T t) { return t.tweet.quote_of; }},
    Column{"conversation", Cell::id, [](T t) { return t.tweet.conversation; }},
    Column{"url", Cell::text, [](T t) { return t.tweet.url; }},
    Column{"received_at", Cell::text, [](T t) { return format_rfc3339(t.tweet.received_at); }},
    Column{"observed_at", Cell::text, [](T t) { return stamp(t.tweet.observed_at); }},
    Column{"edited_at", Cell::text, [](T t) { return stamp(t.tweet.edited_at); }},
};

// A spreadsheet runs cells that begin like a formula: an apostrophe makes them text.
bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

void append_cell(std::string& out, std::string text, Cell cell, bool excel_ids) {
  if (cell == Cell::id && excel_ids && !text.empty()) {
    text = "=\"" + text + "\"";
  } else if (cell != Cell::number && looks_like_formula(text)) {
    text.insert(text.begin(), '\'');
  }
  if (text.find_first_of(",\"\r\n\t'") == std::string::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

const Column* column(std::string_view name) {
  for (const Column& known : kColumns) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string_view> csv_columns(std::span<const std::string> wanted) {
  std::vector<std::string_view> columns;
  for (const std::string& name : wanted) {
    for (const Column& known : kColumns) {
      if (known.name == name || known.name.starts_with(name + ".")) columns.push_back(known.name);
    }
  }
  if (columns.empty()) {
    for (const Column& known : kColumns) columns.push_back(known.name);
  }
  return columns;
}

void append_csv_header(std::string& out, std::span<const std::string_view> columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) out.append(i == 0 ? "" : ",").append(columns[i]);
  out += "\r\n";
}

void append_csv_row(std::string& out, const EnrichedTweet& tweet, std::span<const std::string_view> columns,
                    bool excel_ids) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i != 0) out += ',';
    const Column& known = *column(columns[i]);
    append_cell(out, known.value(tweet), known.cell, excel_ids);
  }
  out += "\r\n";
}

}  // namespace tweetpulse::api
