// What a user asks for, as a tree: and, or, not over conditions. Every backend compiles it; the matcher defines it.
// Threads: plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tweet/tweet.h"

namespace tweetpulse {

// Terms are folded by query::terms. A word that yields several terms is a phrase.
struct WordNode {
  std::string term;
};
struct PhraseNode {
  std::vector<std::string> terms;
};
struct NearNode {
  std::string first, second;
  int distance = 1;
};
enum class TagField { hashtag, mention, cashtag };
struct TagNode {
  TagField field;
  std::string folded;
};
struct FromNode {
  std::string folded;
};  // handle without @, or id
struct ToNode {
  std::string folded;
};
struct LangNode {
  std::string lang;
};
struct SentimentNode {
  Sentiment label;
};
enum class HasField { links, hashtags, mentions, media };
struct HasNode {
  HasField field;
};
struct IsNode {
  Kind kind;
};  // original only through the kind parameter
struct SinceNode {
  Time time;
};  // created_at >= time
struct UntilNode {
  Time time;
};  // created_at < time
struct SourceNode {
  std::string source;
};
struct MinFollowersNode {
  std::int64_t followers;
};
struct UrlNode {
  std::vector<std::string> terms;
};
struct DomainNode {
  std::string domain;
};  // lower case; the host itself or any parent with two labels or more
struct EntityNode {
  std::string folded;
};
struct KeywordNode {
  std::string folded;
};
struct UnscoredNode {};  // sentiment is null; only through the API's group links, not in the language

struct QueryNode;
struct AndNode {
  std::vector<QueryNode> parts;
};  // empty = every tweet
struct OrNode {
  std::vector<QueryNode> parts;
};
struct NotNode {
  std::vector<QueryNode> part;
};  // exactly one

struct QueryNode {
  std::variant<AndNode, OrNode, NotNode, WordNode, PhraseNode, NearNode, TagNode, FromNode, ToNode, LangNode,
               SentimentNode, HasNode, IsNode, SinceNode, UntilNode, SourceNode, MinFollowersNode, UrlNode, DomainNode,
               EntityNode, KeywordNode, UnscoredNode>
      node = AndNode{};
};

struct Query {
  QueryNode root;  // AndNode{} = every tweet
  // This and that.
  Query& narrow(QueryNode more);
};

// Canonical text; parse(print(query)) gives an equal tree. (== compares trees.)
std::string print(const Query& query);
bool operator==(const Query& left, const Query& right);
// Conditions in the tree: its leaves.
std::size_t count_conditions(const Query& query);

}  // namespace tweetpulse
