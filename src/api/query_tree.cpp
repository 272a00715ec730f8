#include "api/query_tree.h"

#include "query/names.h"

namespace tweetpulse::api {
namespace {

void leaf(Json& out, std::string_view type, std::string_view value) {
  out.open().member("type", type).member("value", value).close();
}

void terms(Json& out, std::string_view type, const std::vector<std::string>& list) {
  out.open().member("type", type).key("terms").open_list();
  for (const std::string& term : list) out.text(term);
  out.close_list().close();
}

void parts(Json& out, std::string_view type, const std::vector<QueryNode>& nodes) {
  out.open().member("type", type).key("parts").open_list();
  for (const QueryNode& node : nodes) append_tree(out, node);
  out.close_list().close();
}

std::string_view name_of(TagField field) {
  return field == TagField::hashtag ? "hashtag" : field == TagField::mention ? "mention" : "cashtag";
}

struct Writer {
  Json& out;

  void operator()(const AndNode& n) { parts(out, "and", n.parts); }
  void operator()(const OrNode& n) { parts(out, "or", n.parts); }
  void operator()(const NotNode& n) { parts(out, "not", n.part); }
  void operator()(const WordNode& n) { leaf(out, "word", n.term); }
  void operator()(const PhraseNode& n) { terms(out, "phrase", n.terms); }
  void operator()(const NearNode& n) {
    out.open().member("type", "near").member("first", n.first).member("second", n.second);
    out.member("distance", n.distance).close();
  }
  void operator()(const TagNode& n) { leaf(out, name_of(n.field), n.folded); }
  void operator()(const FromNode& n) { leaf(out, "from", n.folded); }
  void operator()(const ToNode& n) { leaf(out, "to", n.folded); }
  void operator()(const LangNode& n) { leaf(out, "lang", n.lang); }
  void operator()(const SentimentNode& n) { leaf(out, "sentiment", to_string(n.label)); }
  void operator()(const HasNode& n) { leaf(out, "has", name_of(n.field)); }
  void operator()(const IsNode& n) { leaf(out, "is", to_string(n.kind)); }
  void operator()(const SinceNode& n) { leaf(out, "since", format_rfc3339(n.time)); }
  void operator()(const UntilNode& n) { leaf(out, "until", format_rfc3339(n.time)); }
  void operator()(const SourceNode& n) { leaf(out, "source", n.source); }
  void operator()(const MinFollowersNode& n) { leaf(out, "min_followers", std::to_string(n.followers)); }
  void operator()(const UrlNode& n) { terms(out, "url", n.terms); }
  void operator()(const DomainNode& n) { leaf(out, "domain", n.domain); }
  void operator()(const EntityNode& n) { leaf(out, "entity", n.folded); }
  void operator()(const KeywordNode& n) { leaf(out, "keyword", n.folded); }
  void operator()(const UnscoredNode&) { leaf(out, "sentiment", "unscored"); }
};

}  // namespace

void append_tree(Json& out, const QueryNode& node) {
  std::visit(Writer{out}, node.node);
}

}  // namespace tweetpulse::api
