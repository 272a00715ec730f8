#include "query/matcher.h"

#include <algorithm>
#include <string_view>

namespace tweetpulse {
namespace {

bool has(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool same_term(const Term& term, const std::string& text) {
  return term.text == text;
}
bool same_term(const std::string& term, const std::string& text) {
  return term == text;
}

// First place at or behind `from` where the words stand in a row; terms.size() = none.
template <class Terms>
std::size_t find_row(const Terms& terms, const std::vector<std::string>& words, std::size_t from) {
  for (std::size_t at = from; !words.empty() && at + words.size() <= terms.size(); ++at) {
    std::size_t equal = 0;
    while (equal < words.size() && same_term(terms[at + equal], words[equal])) ++equal;
    if (equal == words.size()) return at;
  }
  return terms.size();
}

// Calls visit(first, second) for each pair of places that is near enough, until it returns true.
template <class Visit>
bool for_each_near(const std::vector<Term>& terms, const NearNode& near, Visit visit) {
  for (std::size_t first = 0; first < terms.size(); ++first) {
    if (terms[first].text != near.first) continue;
    for (std::size_t second = 0; second < terms.size(); ++second) {
      if (second == first || terms[second].text != near.second) continue;
      const int between = static_cast<int>(second > first ? second - first : first - second) - 1;
      const int allowed = second > first ? near.distance : near.distance - 2;
      if (between <= allowed && visit(first, second)) return true;
    }
  }
  return false;
}

class Matcher {
 public:
  Matcher(const EnrichedTweet& enriched, const Searchable& searchable)
      : tweet_(enriched.tweet), analysis_(enriched.analysis), searchable_(searchable) {}

  bool operator()(const AndNode& node) const {
    return std::all_of(node.parts.begin(), node.parts.end(), [this](const auto& part) { return decide(part); });
  }
  bool operator()(const OrNode& node) const {
    return std::any_of(node.parts.begin(), node.parts.end(), [this](const auto& part) { return decide(part); });
  }
  bool operator()(const NotNode& node) const { return !node.part.empty() && !decide(node.part[0]); }

  bool operator()(const WordNode& node) const {
    return std::any_of(searchable_.terms.begin(), searchable_.terms.end(),
                       [&node](const Term& term) { return term.text == node.term; });
  }
  bool operator()(const PhraseNode& node) const {
    return find_row(searchable_.terms, node.terms, 0) < searchable_.terms.size();
  }
  bool operator()(const NearNode& node) const {
    return for_each_near(searchable_.terms, node, [](std::size_t, std::size_t) { return true; });
  }
  bool operator()(const TagNode& node) const {
    return has(node.field == TagField::hashtag   ? searchable_.hashtags
               : node.field == TagField::mention ? searchable_.mentions
                                                 : searchable_.cashtags,
               node.folded);
  }
  bool operator()(const FromNode& node) const {
    return is_account(node.folded, searchable_.from_handle, searchable_.from_id);
  }
  bool operator()(const ToNode& node) const {
    return is_account(node.folded, searchable_.to_handle, searchable_.to_id);
  }
  bool operator()(const LangNode& node) const { return searchable_.lang == node.lang; }
  bool operator()(const SentimentNode& node) const { return analysis_.sentiment == node.label; }
  bool operator()(const UnscoredNode&) const { return !analysis_.sentiment; }
  bool operator()(const HasNode& node) const {
    switch (node.field) {
      case HasField::links:
        return searchable_.has_links;
      case HasField::hashtags:
        return searchable_.has_hashtags;
      case HasField::mentions:
        return searchable_.has_mentions;
      case HasField::media:
        return searchable_.has_media;
    }
    return false;
  }
  bool operator()(const IsNode& node) const { return kind_of(tweet_) == node.kind; }
  bool operator()(const SinceNode& node) const { return tweet_.created_at >= node.time; }
  bool operator()(const UntilNode& node) const { return tweet_.created_at < node.time; }
  bool operator()(const SourceNode& node) const { return searchable_.source == node.source; }
  bool operator()(const MinFollowersNode& node) const {
    return tweet_.author.followers && *tweet_.author.followers >= node.followers;
  }
  bool operator()(const UrlNode& node) const {
    return std::any_of(searchable_.url_terms.begin(), searchable_.url_terms.end(),
                       [&node](const auto& terms) { return find_row(terms, node.terms, 0) < terms.size(); });
  }
  bool operator()(const DomainNode& node) const { return has(searchable_.domains, node.domain); }
  bool operator()(const EntityNode& node) const { return has(searchable_.entities, node.folded); }
  bool operator()(const KeywordNode& node) const { return has(searchable_.keywords, node.folded); }

  bool decide(const QueryNode& node) const { return std::visit(*this, node.node); }

 private:
  static bool is_account(const std::string& wanted, const std::string& handle, const std::string& id) {
    return !wanted.empty() && (wanted == handle || wanted == id);
  }

  const Tweet& tweet_;
  const Analysis& analysis_;
  const Searchable& searchable_;
};

class Marker {
 public:
  Marker(const EnrichedTweet& enriched, const Searchable& searchable)
      : analysis_(enriched.analysis), terms_(searchable.terms) {}

  void operator()(const AndNode& node) {
    for (const QueryNode& part : node.parts) std::visit(*this, part.node);
  }
  void operator()(const OrNode& node) {
    for (const QueryNode& part : node.parts) std::visit(*this, part.node);
  }
  void operator()(const WordNode& node) {
    for (const Term& term : terms_)
      if (term.text == node.term) spans_.push_back({term.start, term.end});
  }
  void operator()(const PhraseNode& node) {
    for (std::size_t at = find_row(terms_, node.terms, 0); at < terms_.size();
         at = find_row(terms_, node.terms, at + 1))
      spans_.push_back({terms_[at].start, terms_[at + node.terms.size() - 1].end});
  }
  void operator()(const NearNode& node) {
    for_each_near(terms_, node, [this](std::size_t first, std::size_t second) {
      spans_.push_back({terms_[first].start, terms_[first].end});
      spans_.push_back({terms_[second].start, terms_[second].end});
      return false;
    });
  }
  void operator()(const TagNode& node) {
    if (node.field == TagField::mention) {
      for (const FoundMention& mention : analysis_.mentions) mark_tag(mention.handle, mention.start, mention.end, node);
      return;
    }
    for (const FoundTag& tag : node.field == TagField::hashtag ? analysis_.hashtags : analysis_.cashtags)
      mark_tag(tag.text, tag.start, tag.end, node);
  }
  template <class Other>
  void operator()(const Other&) {}

  std::vector<MatchedSpan> sorted() {
    std::sort(spans_.begin(), spans_.end(), [](const MatchedSpan& a, const MatchedSpan& b) {
      return std::pair(a.start, a.end) < std::pair(b.start, b.end);
    });
    std::vector<MatchedSpan> out;
    for (const MatchedSpan& span : spans_) {
      if (!out.empty() && span.start < out.back().end)
        out.back().end = std::max(out.back().end, span.end);
      else
        out.push_back(span);
    }
    return out;
  }

 private:
  // Spans of tags begin at the sigil; what a reader sees marked does not.
  void mark_tag(const std::string& text, int start, int end, const TagNode& node) {
    if (start >= 0 && start + 1 < end && fold(text) == node.folded) spans_.push_back({start + 1, end});
  }

  const Analysis& analysis_;
  const std::vector<Term>& terms_;
  std::vector<MatchedSpan> spans_;
};

}  // namespace

bool matches(const Query& query, const EnrichedTweet& tweet, const Searchable& searchable) {
  return Matcher(tweet, searchable).decide(query.root);
}

std::vector<MatchedSpan> matched_spans(const Query& query, const EnrichedTweet& tweet, const Searchable& searchable) {
  Marker marker(tweet, searchable);
  std::visit(marker, query.root.node);
  return marker.sorted();
}

}  // namespace tweetpulse
