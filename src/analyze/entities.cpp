#include "analyze/entities.h"

#include <algorithm>
#include <cstring>

#include "analyze/urls.h"

namespace tweetpulse {

using namespace characters;

namespace {

constexpr int kMaxName = 20;
constexpr int kMaxSlug = 25;
constexpr int kMaxSymbol = 6;

bool is_hash(char32_t code) {
  return code == '#' || code == 0xFF03;
}
bool is_at(char32_t code) {
  return code == '@' || code == 0xFF20;
}

bool holds(const Text& text, char ascii, std::string_view wide) {
  const std::string_view bytes = text.bytes();
  if (std::memchr(bytes.data(), ascii, bytes.size()) != nullptr) return true;
  return !text.ascii() && bytes.find(wide) != std::string_view::npos;
}

bool starts_protocol(const Text& text, int at) {
  return text.code(at) == ':' && text.code(at + 1) == '/' && text.code(at + 2) == '/';
}

// What may not follow a mention.
bool spoils_mention(const Text& text, int at) {
  return is_at(text.code(at)) || text.is(at, kLatinAccent) || starts_protocol(text, at);
}

int end_of_name(const Text& text, int at) {
  int end = at;
  while (end - at < kMaxName && text.is(end, kName)) ++end;
  return end;
}

int end_of_slug(const Text& text, int at) {
  if (text.code(at) != '/' || !is_ascii_letter(text.code(at + 1))) return at;
  int end = at + 2;
  while (end - at <= kMaxSlug && (text.is(end, kName) || text.code(end) == '-')) ++end;
  return end;
}

// "RT@name": the sign may stand right behind the word RT. `free`: first character that no earlier match took.
bool follows_retweet_mark(const Text& text, int at, int free) {
  if (at < 2 || (text[at - 1] | 32) != 't' || (text[at - 2] | 32) != 'r' || at - 2 < free) return false;
  if (at == 2) return true;
  const char32_t before = text[at - 3];
  return at - 3 >= free && !text.is(at - 3, kName) && before != '+' && before != '~' && before != '.' && before != '-';
}

int end_of_symbol(const Text& text, int at) {
  const auto closes = [&text](int end) { return end == text.size() || text.is(end, kJsSpace | kTwitterPunctuation); };
  int letters = at;
  while (letters - at < kMaxSymbol && is_ascii_letter(text.code(letters))) ++letters;
  if (letters == at) return at;
  if ((text.code(letters) == '.' || text.code(letters) == '_') && is_ascii_letter(text.code(letters + 1))) {
    if (is_ascii_letter(text.code(letters + 2)) && closes(letters + 3)) return letters + 3;
    if (closes(letters + 2)) return letters + 2;
  }
  if (closes(letters)) return letters;
  return at;
}

}  // namespace

void Entities::clear() {
  urls.clear();
  hashtags.clear();
  cashtags.clear();
  mentions.clear();
  reply = {};
}

void find_hashtags(const Text& text, std::vector<Span>& hashtags) {
  if (!holds(text, '#', "＃")) return;
  int free = 0;  // a match takes the character before the sign too
  for (int at = 0; at < text.size(); ++at) {
    if (!is_hash(text[at])) continue;
    const char32_t before = text.code(at - 1);
    const bool open =
        at == 0 ||
        (at - 1 >= free && (before == 0xFE0E || before == 0xFE0F || (!text.is(at - 1, kHashWord) && before != '&')));
    if (!open || text.code(at + 1) == 0xFE0F || text.code(at + 1) == 0x20E3) continue;
    int end = at + 1;
    bool letter = false;
    for (; text.is(end, kHashWord); ++end) letter |= text.is(end, kHashLetter);
    if (!letter) continue;
    free = end;
    if (!is_hash(text.code(end)) && !starts_protocol(text, end)) hashtags.push_back({at, end});
    at = end - 1;
  }
}

void find_mentions(const Text& text, std::vector<MentionSpan>& mentions) {
  if (!holds(text, '@', "＠")) return;
  int free = 0;
  for (int at = 0; at < text.size(); ++at) {
    if (!is_at(text[at])) continue;
    const bool open =
        at == 0 || (at - 1 >= free && text.is(at - 1, kMentionBefore)) || follows_retweet_mark(text, at, free);
    if (!open) continue;
    const int name = end_of_name(text, at + 1);
    if (name == at + 1) continue;
    const int end = end_of_slug(text, name);
    free = end;
    if (!spoils_mention(text, end)) mentions.push_back({{at, end}, name});
    at = end - 1;
  }
}

void find_cashtags(const Text& text, std::vector<Span>& cashtags) {
  if (!holds(text, '$', "$")) return;
  for (int at = 0; at < text.size(); ++at) {
    if (text[at] != '$' || (at > 0 && !text.is(at - 1, kTwitterSpace))) continue;
    const int end = end_of_symbol(text, at + 1);
    if (end == at + 1) continue;
    cashtags.push_back({at, end});
    at = end - 1;
  }
}

Span find_reply(const Text& text) {
  int at = 0;
  while (text.is(at, kTwitterSpace)) ++at;
  if (!is_at(text.code(at))) return {};
  const int end = end_of_name(text, at + 1);
  return end == at + 1 || spoils_mention(text, end) ? Span{} : Span{at + 1, end};
}

void drop_hashtags_in_urls(std::vector<Span>& hashtags, const std::vector<Span>& urls) {
  auto url = urls.begin();
  std::erase_if(hashtags, [&](const Span& tag) {
    while (url != urls.end() && url->end <= tag.start) ++url;
    return url != urls.end() && url->start <= tag.start;
  });
}

void find_entities(const Text& text, Entities& found) {
  found.clear();
  find_urls(text, found.urls);
  found.weighed_urls = found.urls;
  find_mentions(text, found.mentions);
  find_hashtags(text, found.hashtags);
  find_cashtags(text, found.cashtags);
  found.reply = find_reply(text);
  std::size_t url = 0, mention = 0, hashtag = 0, cashtag = 0;
  std::size_t urls = 0, mentions = 0, hashtags = 0, cashtags = 0;
  int free = 0;
  const auto start_in = [](const auto& list, std::size_t at, auto start) {
    return at < list.size() ? start(list[at]) : INT32_MAX;
  };
  const auto of_span = [](const Span& span) { return span.start; };
  const auto of_mention = [](const MentionSpan& mentioned) { return mentioned.span.start; };
  const auto keep = [&free](auto& list, std::size_t& from, std::size_t& to, Span span) {
    if (span.start >= free) {
      free = span.end;
      list[to++] = list[from];
    }
    ++from;
  };
  for (;;) {
    const int u = start_in(found.urls, url, of_span), m = start_in(found.mentions, mention, of_mention);
    const int h = start_in(found.hashtags, hashtag, of_span), c = start_in(found.cashtags, cashtag, of_span);
    const int first = std::min({u, m, h, c});
    if (first == INT32_MAX) break;
    if (u == first)
      keep(found.urls, url, urls, found.urls[url]);
    else if (m == first)
      keep(found.mentions, mention, mentions, found.mentions[mention].span);
    else if (h == first)
      keep(found.hashtags, hashtag, hashtags, found.hashtags[hashtag]);
    else
      keep(found.cashtags, cashtag, cashtags, found.cashtags[cashtag]);
  }
  found.urls.resize(urls);
  found.mentions.resize(mentions);
  found.hashtags.resize(hashtags);
  found.cashtags.resize(cashtags);
}

}  // namespace tweetpulse
