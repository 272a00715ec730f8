#include "analyze/declared.h"

#include <algorithm>

#include "analyze/links.h"

namespace tweetpulse {

namespace {

template <class A, class B>
bool overlap(const A& a, const B& b) {
  return a.start < b.end && b.start < a.end;
}

struct Taken {
  int start, end;
};

std::vector<Taken> spans_of(const Declared& declared) {
  std::vector<Taken> taken;
  const auto add = [&taken](const auto& list) {
    for (const auto& item : list) {
      if (item.start >= 0 && item.end > item.start) taken.push_back({item.start, item.end});
    }
  };
  add(declared.hashtags);
  add(declared.cashtags);
  add(declared.mentions);
  add(declared.urls);
  std::sort(taken.begin(), taken.end(), [](const Taken& a, const Taken& b) { return a.start < b.start; });
  return taken;
}

// Ours give way to declared spans that they overlap; both are sorted, so one walk is enough.
template <class Found>
void make_room(std::vector<Found>& found, const std::vector<Taken>& taken) {
  auto next = taken.begin();
  std::erase_if(found, [&](const Found& item) {
    while (next != taken.end() && next->end <= item.start) ++next;
    return next != taken.end() && overlap(*next, item);
  });
}

template <class Found>
void sort_by_place(std::vector<Found>& found) {
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.start < b.start; });
}

void trust_tags(const std::vector<DeclaredTag>& declared, std::vector<FoundTag>& found) {
  for (const DeclaredTag& tag : declared) {
    if (tag.start >= 0) found.push_back({tag.text, tag.start, tag.end});
  }
  sort_by_place(found);
  // Tags outside of the text come last.
  for (const DeclaredTag& tag : declared) {
    if (tag.start < 0) found.push_back({tag.text, -1, -1});
  }
}

void trust_declared(const Declared& declared, Analysis& analysis) {
  const std::vector<Taken> taken = spans_of(declared);
  make_room(analysis.hashtags, taken);
  make_room(analysis.cashtags, taken);
  make_room(analysis.mentions, taken);
  make_room(analysis.lists, taken);
  make_room(analysis.urls, taken);
  trust_tags(declared.hashtags, analysis.hashtags);
  trust_tags(declared.cashtags, analysis.cashtags);
  for (const DeclaredMention& mention : declared.mentions) {
    analysis.mentions.push_back({mention.handle, mention.id, mention.start, mention.end});
  }
  for (const DeclaredUrl& url : declared.urls) {
    const std::string& target = url.expanded_url.empty() ? url.url : url.expanded_url;
    analysis.urls.push_back({url.url, domain_of(target), url.expanded_url, url.title, url.start, url.end});
  }
  sort_by_place(analysis.mentions);
  sort_by_place(analysis.urls);
}

template <class Wanted, class List>
const typename List::value_type* at_same_place(const Wanted& wanted, const List& declared) {
  const auto found = std::find_if(declared.begin(), declared.end(),
                                  [&wanted](const auto& item) { return item.start == wanted.start; });
  return found == declared.end() ? nullptr : &*found;
}

void add_details(const Declared& declared, Analysis& analysis) {
  for (FoundMention& mention : analysis.mentions) {
    if (const auto* same = at_same_place(mention, declared.mentions)) mention.id = same->id;
  }
  for (FoundUrl& url : analysis.urls) {
    const auto* same = at_same_place(url, declared.urls);
    if (same == nullptr) continue;
    url.expanded_url = same->expanded_url;
    url.title = same->title;
    if (!url.expanded_url.empty()) url.domain = domain_of(url.expanded_url);
  }
}

}  // namespace

void join_declared(const Tweet& tweet, Analysis& analysis) {
  if (tweet.source == "bluesky" || tweet.source == "mastodon")
    trust_declared(tweet.declared, analysis);
  else
    add_details(tweet.declared, analysis);
}

}  // namespace tweetpulse
