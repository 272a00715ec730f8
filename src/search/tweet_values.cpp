#include "search/tweet_values.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace tweetpulse::search_values {
namespace {

constexpr std::array<std::pair<std::string_view, Field>, 17> kFields = {{
    {"hashtag", Field::hashtag},
    {"hashtags", Field::hashtag},
    {"mention", Field::mention},
    {"mentions", Field::mention},
    {"cashtag", Field::cashtag},
    {"url", Field::url},
    {"domain", Field::domain},
    {"domains", Field::domain},
    {"keyword", Field::keyword},
    {"keywords", Field::keyword},
    {"author", Field::author},
    {"authors", Field::author},
    {"person", Field::person},
    {"org", Field::org},
    {"place", Field::place},
    {"product", Field::product},
    {"other", Field::other_name},
}};

Field name_field(std::string_view type) {
  if (type == "person") return Field::person;
  if (type == "org") return Field::org;
  if (type == "place") return Field::place;
  if (type == "product") return Field::product;
  return Field::other_name;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool same_ascii(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(), [&](char a, char b) { return lower(a) == lower(b); });
}

// Folding costs far more than comparing, and most values are ASCII.
bool same_folded(std::string_view left, std::string_view right) {
  if (is_ascii(left) && is_ascii(right)) return same_ascii(left, right);
  return left == right || fold(left) == fold(right);
}

class List {
 public:
  List() { bytes_.reserve(256); }

  void add(Field field, std::string_view value) {
    if (value.empty()) return;
    for (const auto& [known, spelling] : values_) {
      if (known == field && same_folded(spelling, value)) return;
    }
    values_.emplace_back(field, value);
    append(static_cast<char>(field), value);
  }
  // Capital letter: the folded form came before under another type.
  void add_name(Field field, std::string_view value) {
    if (value.empty()) return;
    char letter = static_cast<char>(field);
    for (const auto& [known, spelling] : values_) {
      if (!is_name(known) || !same_folded(spelling, value)) continue;
      if (known == field) return;
      letter = static_cast<char>(letter & ~0x20);
    }
    values_.emplace_back(field, value);
    append(letter, value);
  }
  // Requires: no other value of the field folds to the same.
  void add_unique(Field field, std::string_view value) {
    if (!value.empty()) append(static_cast<char>(field), value);
  }
  // `folded`: how many forms there are among the values.
  template <class Values, class TextOf>
  void add_all(Field field, const Values& values, std::size_t folded, TextOf text_of) {
    const bool unique = values.size() == folded;
    for (const auto& value : values) unique ? add_unique(field, text_of(value)) : add(field, text_of(value));
  }
  std::string bytes() && { return std::move(bytes_); }

 private:
  void append(char letter, std::string_view value) {
    bytes_ += letter;
    std::size_t length = value.size();
    for (; length >= 0x80; length >>= 7) bytes_ += static_cast<char>(0x80 | (length & 0x7f));
    bytes_ += static_cast<char>(length);
    bytes_ += value;
  }

  std::vector<std::pair<Field, std::string_view>> values_;
  std::string bytes_;
};

}  // namespace

std::optional<Field> field_of(std::string_view name) {
  const auto found = std::find_if(kFields.begin(), kFields.end(), [&](const auto& pair) { return pair.first == name; });
  if (found == kFields.end()) return std::nullopt;
  return found->second;
}

bool is_name(Field field) {
  return field == Field::person || field == Field::org || field == Field::place || field == Field::product ||
         field == Field::other_name;
}

std::string list_of(const EnrichedTweet& enriched, const Searchable& searchable) {
  const Analysis& analysis = enriched.analysis;
  const Author& author = enriched.tweet.author;
  const auto text = [](const auto& found) { return std::string_view(found.text); };
  List list;
  list.add_unique(Field::author, author.handle.empty() ? author.id : author.handle);
  list.add_all(Field::hashtag, analysis.hashtags, searchable.hashtags.size(), text);
  list.add_all(Field::mention, analysis.mentions, searchable.mentions.size(),
               [](const FoundMention& mention) { return std::string_view(mention.handle); });
  list.add_all(Field::cashtag, analysis.cashtags, searchable.cashtags.size(), text);
  list.add_all(Field::keyword, analysis.keywords, searchable.keywords.size(),
               [](const std::string& keyword) { return std::string_view(keyword); });
  for (const auto& url : analysis.urls) {
    list.add(Field::url, url.expanded_url.empty() ? url.url : url.expanded_url);
    list.add(Field::domain, url.domain);
  }
  for (const auto& name : analysis.names) list.add_name(name_field(name.type), name.text);
  return std::move(list).bytes();
}

void append_label(std::string& out, Label label, std::string_view folded) {
  out += static_cast<char>(label);
  // Nearly every value has no white space: these bytes begin all that there is.
  if (folded.find_first_of(" \xe1\xe2\xe3") == std::string_view::npos) {
    out += folded;
    return;
  }
  // The tokenizer splits at white space; control characters are part of tokens and of no folded value.
  for (std::size_t at = 0; at < folded.size(); ++at) {
    const std::string_view three = folded.substr(at, 3);
    if (folded[at] == ' ') {
      out += '\x1f';
    } else if (three == "\u1680" || three == "\u2028" || three == "\u2029" || three == "\u3000") {
      out += three == "\u1680" ? '\x1e' : three == "\u2028" ? '\x1d' : three == "\u2029" ? '\x1c' : '\x1b';
      at += 2;
    } else {
      out += folded[at];
    }
  }
}

std::string labels_of(const Searchable& searchable) {
  std::string out;
  const auto add = [&out](Label label, std::string_view value) {
    if (value.empty()) return;
    if (!out.empty()) out += ' ';
    append_label(out, label, value);
  };
  add(Label::author, searchable.from_id);
  if (searchable.from_handle != searchable.from_id) add(Label::author, searchable.from_handle);
  add(Label::reply_to, searchable.to_id);
  if (searchable.to_handle != searchable.to_id) add(Label::reply_to, searchable.to_handle);
  for (const auto& value : searchable.hashtags) add(Label::hashtag, value);
  for (const auto& value : searchable.mentions) add(Label::mention, value);
  for (const auto& value : searchable.cashtags) add(Label::cashtag, value);
  for (const auto& value : searchable.domains) add(Label::domain, value);
  for (const auto& value : searchable.entities) add(Label::entity, value);
  for (const auto& value : searchable.keywords) add(Label::keyword, value);
  return out;
}

}  // namespace tweetpulse::search_values
