#include "search/elastic_document.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "query/terms.h"
#include "tweet/tweet_json.h"
#include "xxhash.h"

namespace tweetpulse::elastic {
namespace {

using search_values::Field;

constexpr std::size_t kLongestId = 512;  // bytes of an _id

constexpr std::array<std::pair<Field, std::string_view>, 12> kTopNames = {{
    {Field::author, "author"},
    {Field::hashtag, "hashtag"},
    {Field::mention, "mention"},
    {Field::cashtag, "cashtag"},
    {Field::keyword, "keyword"},
    {Field::url, "url"},
    {Field::domain, "domain"},
    {Field::person, "person"},
    {Field::org, "org"},
    {Field::place, "place"},
    {Field::product, "product"},
    {Field::other_name, "other"},
}};

void append_number(std::string& out, std::int64_t value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void append_number(std::string& out, double value) {
  char text[40];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// fold(), which for ASCII alone means small letters.
void fold_into(std::string& out, std::string_view text) {
  if (!is_ascii(text)) {
    out = fold(text);
    return;
  }
  out.assign(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
}

// Appends members of one object; what is empty is left out.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  void end() { out_ += '}'; }
  void name(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  void text(std::string_view key, std::string_view value) {
    if (value.size() <= kLongestValue) whole(key, value);
  }
  void whole(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    name(key);
    append_json_string(out_, value);
  }
  void raw(std::string_view key, std::string_view json) {
    name(key);
    out_ += json;
  }
  template <class Number>
  void number(std::string_view key, Number value) {
    name(key);
    append_number(out_, value);
  }
  template <class Values>
  void list(std::string_view key, const Values& values) {
    bool any = false;
    for (const std::string_view value : values) {
      if (value.empty() || value.size() > kLongestValue) continue;
      if (!any) name(key);
      out_ += any ? ',' : '[';
      any = true;
      append_json_string(out_, value);
    }
    if (any) out_ += ']';
  }

 private:
  std::string& out_;
  bool first_ = true;
};

// The lists of top.* and spelt.*, each as JSON elements joined by commas.
class Counted {
 public:
  void take(std::string_view values) {
    for (auto& list : top_) list.clear();
    for (auto& list : spelt_) list.clear();
    search_values::for_each_value(values, [this](Field field, std::string_view spelling, bool first) {
      if (spelling.size() > kLongestValue) return;
      fold_into(folded_, spelling);
      add(place_of(field), spelling);
      if (first && search_values::is_name(field)) add(kTopNames.size(), spelling);
    });
  }
  void write(std::string& out, Object& document) {
    write(out, document, "top", top_);
    write(out, document, "spelt", spelt_);
  }

 private:
  using Lists = std::array<std::string, kTopNames.size() + 1>;  // the last: entities

  static std::size_t place_of(Field field) {
    std::size_t place = 0;
    while (kTopNames[place].first != field) ++place;
    return place;
  }
  void add(std::size_t place, std::string_view spelling) {
    if (folded_.empty() || folded_.size() > kLongestValue) return;
    if (!top_[place].empty()) top_[place] += ',';
    append_json_string(top_[place], folded_);
    if (spelling == folded_) return;
    pair_ = folded_;
    pair_ += kSpeltMark;
    pair_ += spelling;
    if (!spelt_[place].empty()) spelt_[place] += ',';
    append_json_string(spelt_[place], pair_);
  }
  static void write(std::string& out, Object& document, std::string_view key, const Lists& lists) {
    if (std::all_of(lists.begin(), lists.end(), [](const std::string& list) { return list.empty(); })) return;
    document.name(key);
    Object object(out);
    for (std::size_t i = 0; i < lists.size(); ++i) {
      if (lists[i].empty()) continue;
      object.name(i < kTopNames.size() ? kTopNames[i].second : kEntities);
      out += '[';
      out += lists[i];
      out += ']';
    }
    object.end();
  }

  Lists top_, spelt_;
  std::string folded_, pair_;
};

std::int64_t engagement_of(const Metrics& metrics) {
  return metrics.likes.value_or(0) + metrics.retweets.value_or(0) + metrics.replies.value_or(0) +
         metrics.quotes.value_or(0);
}

void join_terms(std::string& room, const Searchable& form) {
  room.clear();
  for (const auto& term : form.terms) {
    if (!room.empty()) room += ' ';
    room += term.text;
  }
}

void join_url_terms(std::string& room, const Searchable& form) {
  room.clear();
  for (const auto& url : form.url_terms) {
    if (!room.empty()) room += " |";
    for (const auto& term : url) {
      if (!room.empty()) room += ' ';
      room += term;
    }
  }
}

void append_lists(Object& document, const Searchable& form) {
  document.list("from", std::array<std::string_view, 2>{
                            form.from_id, form.from_handle == form.from_id ? std::string_view() : form.from_handle});
  document.list("to", std::array<std::string_view, 2>{
                          form.to_id, form.to_handle == form.to_id ? std::string_view() : form.to_handle});
  std::array<std::string_view, 4> has{};
  if (form.has_links) has[0] = "links";
  if (form.has_hashtags) has[1] = "hashtags";
  if (form.has_mentions) has[2] = "mentions";
  if (form.has_media) has[3] = "media";
  document.list("has", has);
  document.list("hashtags", form.hashtags);
  document.list("mentions", form.mentions);
  document.list("cashtags", form.cashtags);
  document.list("domains", form.domains);
  document.list("entities", form.entities);
  document.list("keywords", form.keywords);
}

}  // namespace

std::string_view top_name(Field field) {
  for (const auto& [known, name] : kTopNames)
    if (known == field) return name;
  return {};
}

std::string document_id(std::string_view id) {
  if (id.size() <= kLongestId) return std::string(id);
  const XXH128_hash_t hash = XXH3_128bits(id.data(), id.size());
  std::string out = "hash:";
  for (const auto half : {hash.high64, hash.low64})
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(half >> shift) & 0xf];
  return out;
}

void append_document(std::string& out, const EnrichedTweet& enriched, std::int64_t state) {
  thread_local Counted counted;
  thread_local std::string room;
  const Tweet& tweet = enriched.tweet;
  const Analysis& analysis = enriched.analysis;
  const Searchable form = searchable(enriched);
  Object document(out);
  document.whole("id", tweet.id);
  document.raw("visible", state == 0 ? "true" : "false");
  document.number("state", state);
  document.number("created_at", to_ms(tweet.created_at));
  document.text("source", form.source);
  document.text("kind", to_string(kind_of(tweet)));
  document.text("lang", form.lang);
  if (analysis.sentiment) {
    document.text("sentiment", to_string(*analysis.sentiment));
    document.number("score", analysis.score);
  }
  document.text("author", tweet.author.id.empty() ? tweet.author.handle : tweet.author.id);
  if (tweet.author.followers) document.number("followers", *tweet.author.followers);
  document.number("engagement", engagement_of(tweet.metrics));
  append_lists(document, form);
  join_terms(room, form);
  document.whole("terms", room);
  join_url_terms(room, form);
  document.whole("url_terms", room);
  counted.take(search_values::list_of(enriched, form));
  counted.write(out, document);
  document.text("alias", tweet.alias);
  room.clear();
  append_packed(room, enriched);
  document.whole("packed", room);
  document.end();
}

void append_tombstone(std::string& out, std::string_view id, std::int64_t state, std::optional<std::int64_t> event_at) {
  Object document(out);
  document.whole("id", id);
  document.raw("removed", "true");
  document.raw("visible", "false");
  document.number("state", state);
  if (event_at) document.number("event_at", *event_at);
  document.end();
}

}  // namespace tweetpulse::elastic
