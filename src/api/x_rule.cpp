#include "api/x_rule.h"

#include <algorithm>
#include <set>

namespace tweetpulse::api {
namespace {

constexpr std::size_t kMostLength = 1024;

// A part of the rule. `text` empty = no condition: everything passes.
struct Part {
  std::string text;
  bool exact = true;       // false: wider than what was asked
  bool selective = false;  // X wants at least one condition that can stand alone
};

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class Compiler {
 public:
  std::set<std::string> dropped, warnings;

  Part compile(const QueryNode& node) { return std::visit(*this, node.node); }

  Part operator()(const AndNode& n) {
    Part all;
    for (const QueryNode& node : n.parts) {
      const Part part = compile(node);
      all.exact = all.exact && part.exact;
      all.selective = all.selective || part.selective;
      if (part.text.empty()) continue;
      all.text.append(all.text.empty() ? "" : " ").append(part.text);
    }
    return all;
  }

  // One branch without a condition lets everything through, so the whole does.
  Part operator()(const OrNode& n) {
    Part any;
    any.selective = true;
    for (const QueryNode& node : n.parts) {
      const Part part = compile(node);
      if (part.text.empty()) return {"", false, false};
      any.exact = any.exact && part.exact;
      any.selective = any.selective && part.selective;
      any.text.append(any.text.empty() ? "" : " OR ").append(is_group(node) ? "(" + part.text + ")" : part.text);
    }
    if (n.parts.size() > 1) any.text = "(" + any.text + ")";
    return any;
  }

  // A negated condition may only be kept when it is exact: a wider one inside a NOT would lose matches.
  Part operator()(const NotNode& n) {
    const QueryNode& inner = n.part.front();
    if (is_group(inner)) return drop("negated group");
    const Part part = compile(inner);
    if (part.text.empty() || part.text.front() == '-' || !part.exact) return drop("negation");
    return {"-" + part.text, true, false};
  }

  Part operator()(const WordNode& n) { return words({n.term}, n.term); }
  Part operator()(const PhraseNode& n) { return words(n.terms, quoted(n.terms)); }
  Part operator()(const NearNode& n) {
    return words({n.first, n.second}, quoted({n.first, n.second}) + "~" + std::to_string(n.distance));
  }
  Part operator()(const TagNode& n) {
    const char* sigil = n.field == TagField::hashtag ? "#" : n.field == TagField::mention ? "@" : "$";
    return kept(sigil + n.folded, true);
  }
  Part operator()(const FromNode& n) { return kept("from:" + n.folded, true); }
  Part operator()(const ToNode& n) { return kept("to:" + n.folded, true); }
  Part operator()(const LangNode& n) { return kept("lang:" + x_lang(n.lang), false); }
  Part operator()(const HasNode& n) {
    static constexpr const char* kNames[]{"has:links", "has:hashtags", "has:mentions", "has:media"};
    return kept(kNames[static_cast<int>(n.field)], false);
  }
  Part operator()(const IsNode& n) {
    // Our kinds exclude each other, X's do not: is:reply there also takes what we call a retweet of a reply.
    if (n.kind == Kind::original) return {"-is:retweet -is:reply -is:quote", true, false};
    return {"is:" + std::string(to_string(n.kind)), n.kind == Kind::retweet, false};
  }
  Part operator()(const UrlNode& n) { return words(n.terms, "url:" + quoted(n.terms)); }
  Part operator()(const SentimentNode&) { return drop("sentiment:"); }
  Part operator()(const UnscoredNode&) { return drop("sentiment:"); }
  Part operator()(const SinceNode&) { return drop("since:"); }
  Part operator()(const UntilNode&) { return drop("until:"); }
  Part operator()(const SourceNode&) { return drop("source:"); }
  Part operator()(const MinFollowersNode& n) { return kept("followers_count:" + std::to_string(n.followers), false); }
  Part operator()(const DomainNode& n) { return {"url:\"" + n.domain + "\"", false, true}; }
  Part operator()(const EntityNode&) { return drop("entity:"); }
  Part operator()(const KeywordNode&) { return drop("keyword:"); }

 private:
  static bool is_group(const QueryNode& node) {
    return std::holds_alternative<AndNode>(node.node) || std::holds_alternative<OrNode>(node.node) ||
           std::holds_alternative<NotNode>(node.node);
  }
  static std::string quoted(const std::vector<std::string>& terms) {
    std::string out = "\"";
    for (const std::string& term : terms) out.append(out.size() == 1 ? "" : " ").append(term);
    return out + "\"";
  }
  static std::string x_lang(const std::string& lang) { return lang == "he" ? "iw" : lang == "id" ? "in" : lang; }
  static Part kept(std::string text, bool selective) { return {std::move(text), true, selective}; }
  Part drop(const std::string& what) {
    dropped.insert(what);
    return {"", false, false};
  }
  Part words(const std::vector<std::string>& terms, std::string text) {
    for (const std::string& term : terms) {
      if (std::any_of(term.begin(), term.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
        warnings.insert("X compares accents: '" + term + "' may miss spellings with others");
      }
    }
    return kept(std::move(text), true);
  }
};

}  // namespace

void append_x_rule(Json& out, const Query& query) {
  Compiler compiler;
  const Part rule = compiler.compile(query.root);
  if (!rule.selective || code_points(rule.text) > kMostLength) {
    out.null();
    return;
  }
  out.open().member("value", rule.text).member("length", code_points(rule.text));
  out.member("exact", rule.exact).key("dropped").open_list();
  for (const std::string& what : compiler.dropped) out.text(what);
  out.close_list().key("warnings").open_list();
  for (const std::string& warning : compiler.warnings) out.text(warning);
  out.close_list().close();
}

}  // namespace tweetpulse::api
