// Reads neutral lines and our own public form: protocols.md section 7.
#include <algorithm>

#include "tweet/json_line.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

using simdjson::dom::object;

constexpr std::size_t kMaxIdBytes = 512, kMaxAuthorIdBytes = 256;

std::string_view first_of(object from, std::string_view name, std::string_view other) {
  const auto text = text_of(from, name);
  return text.empty() ? text_of(from, other) : text;
}

std::string plain(std::string_view text) {
  return has_nul(text) ? std::string() : std::string(text);
}

bool is_source(std::string_view source) {
  return !source.empty() && source.size() <= 32 && std::all_of(source.begin(), source.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// X ids are bare decimal numbers; every other source's ids begin with a scheme.
bool is_id_of(std::string_view source, std::string_view id) {
  if (source == "x") return is_x_id(id);
  const auto colon = id.find(':');
  return id.size() <= kMaxIdBytes && colon != std::string_view::npos && colon > 0 && colon + 1 < id.size() &&
         !has_nul(id);
}

bool read_author(object line, Author& author) {
  const auto given = object_of(line, "author");
  if (!given) return false;
  author.id = plain(text_of(*given, "id"));
  author.handle = plain(first_of(*given, "username", "handle"));
  author.name = plain(text_of(*given, "name"));
  author.followers = count_of(*given, "followers_count");
  if (!author.followers) author.followers = count_of(*given, "followers");
  return (!author.id.empty() || !author.handle.empty()) && author.id.size() <= kMaxAuthorIdBytes;
}

std::optional<std::int64_t> count_of_either(object line, std::string_view neutral, std::string_view ours) {
  if (const auto counts = object_of(line, "public_metrics")) return count_of(*counts, neutral);
  if (const auto counts = object_of(line, "metrics")) return count_of(*counts, ours);
  return std::nullopt;
}

void read_references(object line, Tweet& tweet) {
  if (const auto references = array_of(line, "referenced_tweets")) {
    for (const auto element : *references) {
      object reference;
      if (element.get_object().get(reference)) continue;
      const auto type = text_of(reference, "type");
      const auto id = plain(text_of(reference, "id"));
      if (type == "replied_to") tweet.reply_to = id;
      if (type == "retweeted") tweet.retweet_of = id;
      if (type == "quoted") tweet.quote_of = id;
    }
  }
  const auto ours = [&line](std::string& field, std::string_view name) {
    if (field.empty()) field = plain(text_of(line, name));
  };
  ours(tweet.reply_to, "reply_to");
  ours(tweet.retweet_of, "retweet_of");
  ours(tweet.quote_of, "quote_of");
  ours(tweet.conversation, "conversation");
  if (const auto account = object_of(line, "reply_to_author"))
    tweet.reply_to_author = {plain(text_of(*account, "id")), plain(text_of(*account, "handle"))};
}

std::vector<std::string> read_strings(object line, std::string_view name) {
  std::vector<std::string> list;
  if (const auto items = array_of(line, name))
    for (const auto element : *items)
      if (std::string_view text; !element.get_string().get(text) && !text.empty() && !has_nul(text))
        list.emplace_back(text);
  return list;
}

// Calls each(item, start, end) for the spans of an array that lie inside the text; start = -1 when the span is absent.
template <class Each>
void read_spans(object line, std::string_view name, int length, Each&& each) {
  const auto items = array_of(line, name);
  if (!items) return;
  for (const auto element : *items) {
    object item;
    if (element.get_object().get(item)) continue;
    const auto start = count_of(item, "start"), end = count_of(item, "end");
    if (!start && !end) each(item, -1, -1);
    if (start && end && *start >= 0 && *start < *end && *end <= length)
      each(item, static_cast<int>(*start), static_cast<int>(*end));
  }
}

void read_declared(object line, Tweet& tweet) {
  const auto length = static_cast<int>(std::count_if(
      tweet.text.begin(), tweet.text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  auto& declared = tweet.declared;
  read_spans(line, "hashtags", length, [&](object item, int start, int end) {
    declared.hashtags.push_back({plain(text_of(item, "tag")), start, end});
  });
  read_spans(line, "cashtags", length, [&](object item, int start, int end) {
    declared.cashtags.push_back({plain(text_of(item, "tag")), start, end});
  });
  read_spans(line, "mentions", length, [&](object item, int start, int end) {
    declared.mentions.push_back({plain(text_of(item, "handle")), plain(text_of(item, "id")), start, end});
  });
  read_spans(line, "urls", length, [&](object item, int start, int end) {
    declared.urls.push_back(
        {plain(text_of(item, "url")), plain(text_of(item, "expanded_url")), plain(text_of(item, "title")), start, end});
  });
}

void read_rest(object line, Tweet& tweet) {
  const auto declared = member(line, "lang_declared");
  const bool ours = !line.at_key("lang_declared").error();
  tweet.lang_declared = normal_language(declared || ours ? text_of(line, "lang_declared") : text_of(line, "lang"));
  tweet.observed_at = parse_rfc3339(text_of(line, "observed_at"));
  tweet.edited_at = parse_rfc3339(text_of(line, "edited_at"));
  tweet.metrics = {count_of_either(line, "like_count", "likes"), count_of_either(line, "retweet_count", "retweets"),
                   count_of_either(line, "reply_count", "replies"), count_of_either(line, "quote_count", "quotes")};
  read_references(line, tweet);
  read_declared(line, tweet);
  if (const auto media = array_of(line, "media"))
    for (const auto element : *media)
      if (object item; !element.get_object().get(item) && !text_of(item, "type").empty())
        tweet.media.push_back(plain(text_of(item, "type")));
  tweet.sensitive = flag_of(line, "sensitive");
  tweet.withheld_in = read_strings(line, "withheld_in");
  tweet.edit_history = read_strings(line, "edit_history");
  tweet.url = tweet.source == "x" ? x_url(tweet.author.handle, tweet.id) : plain(text_of(line, "url"));
}

}  // namespace

std::variant<Tweet, Refusal> read_neutral(std::string_view line, Time received_at) {
  const auto parsed = parse_json_line(line);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return *refusal;
  const auto root = std::get<object>(parsed);
  Tweet tweet;
  tweet.received_at = received_at;
  tweet.source = member(root, "source") ? text_of(root, "source") : "x";
  if (!is_source(tweet.source)) return Refusal{"unknown_shape"};
  tweet.id = text_of(root, "id");
  if (!is_id_of(tweet.source, tweet.id)) return Refusal{"bad_id"};
  std::string_view text;
  const auto given = member(root, "text");
  if (!given || given->get_string().get(text)) return Refusal{"bad_text"};
  if (has_nul(text)) return Refusal{"nul_in_text"};
  tweet.text = text;
  const auto created_at = parse_rfc3339(text_of(root, "created_at"));
  if (!created_at) return Refusal{"bad_created_at"};
  if (!created_in_range(*created_at, received_at)) return Refusal{"created_at_out_of_range"};
  tweet.created_at = *created_at;
  if (!read_author(root, tweet.author)) return Refusal{"bad_author"};
  read_rest(root, tweet);
  return tweet;
}

}  // namespace tweetpulse
