#include "query/ast.h"

#include <algorithm>

namespace tweetpulse {
namespace {

bool same(const QueryNode& a, const QueryNode& b);
bool same(const std::vector<QueryNode>& a, const std::vector<QueryNode>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return same(x, y); });
}

bool same(const AndNode& a, const AndNode& b) {
  return same(a.parts, b.parts);
}
bool same(const OrNode& a, const OrNode& b) {
  return same(a.parts, b.parts);
}
bool same(const NotNode& a, const NotNode& b) {
  return same(a.part, b.part);
}
bool same(const WordNode& a, const WordNode& b) {
  return a.term == b.term;
}
bool same(const PhraseNode& a, const PhraseNode& b) {
  return a.terms == b.terms;
}
bool same(const NearNode& a, const NearNode& b) {
  return a.first == b.first && a.second == b.second && a.distance == b.distance;
}
bool same(const TagNode& a, const TagNode& b) {
  return a.field == b.field && a.folded == b.folded;
}
bool same(const FromNode& a, const FromNode& b) {
  return a.folded == b.folded;
}
bool same(const ToNode& a, const ToNode& b) {
  return a.folded == b.folded;
}
bool same(const LangNode& a, const LangNode& b) {
  return a.lang == b.lang;
}
bool same(const SentimentNode& a, const SentimentNode& b) {
  return a.label == b.label;
}
bool same(const HasNode& a, const HasNode& b) {
  return a.field == b.field;
}
bool same(const IsNode& a, const IsNode& b) {
  return a.kind == b.kind;
}
bool same(const SinceNode& a, const SinceNode& b) {
  return a.time == b.time;
}
bool same(const UntilNode& a, const UntilNode& b) {
  return a.time == b.time;
}
bool same(const SourceNode& a, const SourceNode& b) {
  return a.source == b.source;
}
bool same(const MinFollowersNode& a, const MinFollowersNode& b) {
  return a.followers == b.followers;
}
bool same(const UrlNode& a, const UrlNode& b) {
  return a.terms == b.terms;
}
bool same(const DomainNode& a, const DomainNode& b) {
  return a.domain == b.domain;
}
bool same(const EntityNode& a, const EntityNode& b) {
  return a.folded == b.folded;
}
bool same(const KeywordNode& a, const KeywordNode& b) {
  return a.folded == b.folded;
}
bool same(const UnscoredNode&, const UnscoredNode&) {
  return true;
}

bool same(const QueryNode& a, const QueryNode& b) {
  if (a.node.index() != b.node.index()) return false;
  return std::visit([&b](const auto& left) { return same(left, std::get<std::decay_t<decltype(left)>>(b.node)); },
                    a.node);
}

std::size_t count(const std::vector<QueryNode>& parts);

struct Counter {
  std::size_t operator()(const AndNode& node) const { return count(node.parts); }
  std::size_t operator()(const OrNode& node) const { return count(node.parts); }
  std::size_t operator()(const NotNode& node) const { return count(node.part); }
  template <class Leaf>
  std::size_t operator()(const Leaf&) const {
    return 1;
  }
};

std::size_t count(const std::vector<QueryNode>& parts) {
  std::size_t sum = 0;
  for (const QueryNode& part : parts) sum += std::visit(Counter{}, part.node);
  return sum;
}

}  // namespace

Query& Query::narrow(QueryNode more) {
  const auto* everything = std::get_if<AndNode>(&more.node);
  if (everything != nullptr && everything->parts.empty()) return *this;
  auto* parts = std::get_if<AndNode>(&root.node);
  if (parts == nullptr) {
    AndNode both;
    both.parts.push_back(std::move(root));
    both.parts.push_back(std::move(more));
    root.node = std::move(both);
  } else if (parts->parts.empty()) {
    root = std::move(more);
  } else {
    parts->parts.push_back(std::move(more));
  }
  return *this;
}

bool operator==(const Query& left, const Query& right) {
  return same(left.root, right.root);
}

std::size_t count_conditions(const Query& query) {
  return std::visit(Counter{}, query.root.node);
}

}  // namespace tweetpulse
