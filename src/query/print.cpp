#include <algorithm>
#include <cstddef>

#include "query/ast.h"
#include "query/folding.h"
#include "query/lexer.h"
#include "query/names.h"

namespace tweetpulse {
namespace {

enum class Inside { nothing, either, both, negation };  // what the node is part of: the root, OR, AND, NOT

// `original` and `unscored` have no word in the language; this says the same.
constexpr std::string_view kOriginal = "-is:retweet -is:reply -is:quote";
constexpr std::string_view kUnscored = "-sentiment:negative -sentiment:neutral -sentiment:positive";
constexpr std::string_view kNothing = "is:reply -is:reply";

std::string joined(const std::vector<std::string>& terms, char between) {
  std::string out;
  for (const std::string& term : terms) {
    if (!out.empty()) out += between;
    out += term;
  }
  return out;
}

bool is_everything(const QueryNode& node) {
  const auto* both = std::get_if<AndNode>(&node.node);
  if (both != nullptr) return std::all_of(both->parts.begin(), both->parts.end(), is_everything);
  const auto* either = std::get_if<OrNode>(&node.node);
  return either != nullptr && std::any_of(either->parts.begin(), either->parts.end(), is_everything);
}

class Printer {
 public:
  explicit Printer(Inside inside) : inside_(inside) {}

  std::string operator()(const AndNode& node) const {
    std::vector<const QueryNode*> parts;
    for (const QueryNode& part : node.parts)
      if (!is_everything(part)) parts.push_back(&part);
    if (parts.size() == 1) return std::visit(*this, parts[0]->node);
    std::string out;
    for (const QueryNode* part : parts) {
      if (!out.empty()) out += ' ';
      out += std::visit(Printer(Inside::both), part->node);
    }
    return grouped(out, in_group());
  }

  std::string operator()(const OrNode& node) const {
    if (node.parts.empty()) return grouped(kNothing, in_group());
    if (node.parts.size() == 1) return std::visit(*this, node.parts[0].node);
    std::string out;
    for (const QueryNode& part : node.parts) {
      if (!out.empty()) out += " OR ";
      out += std::visit(Printer(Inside::either), part.node);
    }
    return grouped(out, inside_ != Inside::nothing);
  }

  std::string operator()(const NotNode& node) const {
    if (node.part.empty() || is_everything(node.part[0])) return grouped(kNothing, in_group());
    return grouped("-" + std::visit(Printer(Inside::negation), node.part[0].node), inside_ == Inside::negation);
  }

  std::string operator()(const WordNode& node) const { return node.term; }
  std::string operator()(const PhraseNode& node) const { return '"' + joined(node.terms, ' ') + '"'; }
  std::string operator()(const NearNode& node) const {
    return '"' + node.first + ' ' + node.second + "\"~" + std::to_string(node.distance);
  }
  std::string operator()(const TagNode& node) const {
    const char sigil = node.field == TagField::hashtag ? '#' : node.field == TagField::mention ? '@' : '$';
    // What a bare tag would lose.
    const bool cut = node.folded.empty() || kTagEnd.find(node.folded.back()) != std::string_view::npos;
    const bool amount = sigil == '$' && !node.folded.empty() && node.folded[0] >= '0' && node.folded[0] <= '9';
    return sigil + value(node.folded, cut || amount);
  }
  std::string operator()(const FromNode& node) const { return filter("from", node.folded); }
  std::string operator()(const ToNode& node) const { return filter("to", node.folded); }
  std::string operator()(const LangNode& node) const { return filter("lang", node.lang); }
  std::string operator()(const SentimentNode& node) const { return filter("sentiment", to_string(node.label)); }
  std::string operator()(const HasNode& node) const { return filter("has", name_of(node.field)); }
  std::string operator()(const IsNode& node) const {
    if (node.kind == Kind::original) return grouped(kOriginal, in_group());
    return filter("is", to_string(node.kind));
  }
  std::string operator()(const SinceNode& node) const { return filter("since", format_rfc3339(node.time)); }
  std::string operator()(const UntilNode& node) const { return filter("until", format_rfc3339(node.time)); }
  std::string operator()(const SourceNode& node) const { return filter("source", node.source); }
  std::string operator()(const MinFollowersNode& node) const {
    return filter("min_followers", std::to_string(node.followers));
  }
  std::string operator()(const UrlNode& node) const { return filter("url", joined(node.terms, '/')); }
  std::string operator()(const DomainNode& node) const { return filter("domain", node.domain); }
  std::string operator()(const EntityNode& node) const { return filter("entity", node.folded); }
  std::string operator()(const KeywordNode& node) const { return filter("keyword", node.folded); }
  std::string operator()(const UnscoredNode&) const { return grouped(kUnscored, in_group()); }

 private:
  // Whether an AND needs parentheses here.
  bool in_group() const { return inside_ == Inside::both || inside_ == Inside::negation; }

  static std::string grouped(std::string_view text, bool group) {
    return group ? '(' + std::string(text) + ')' : std::string(text);
  }

  static std::string filter(std::string_view name, std::string_view text) {
    return std::string(name) + ':' + value(text, text.empty());
  }

  // As it is where it is one run, else as a quote.
  static std::string value(std::string_view text, bool quote) {
    std::string escaped;
    for (std::size_t at = 0; at < text.size();) {
      const char32_t code = next_code_point(text, at);
      quote = quote || !is_run_char(code);
      if (is_quote(code) || code == '\\') escaped += '\\';
      append_utf8(escaped, code);
    }
    return quote ? '"' + escaped + '"' : std::string(text);
  }

  Inside inside_;
};

}  // namespace

std::string print(const Query& query) {
  if (is_everything(query.root)) return {};
  return std::visit(Printer(Inside::nothing), query.root.node);
}

}  // namespace tweetpulse
