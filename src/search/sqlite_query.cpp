#include "search/sqlite_query.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "search/tweet_values.h"

namespace tweetpulse::sqlite_search {
namespace {

using search_values::Label;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::optional<std::string> phrase_match(std::string_view column, const std::vector<std::string>& terms) {
  if (terms.empty()) return std::nullopt;
  std::string out(column);
  out += " : ";
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (i > 0) out += " + ";
    append_quoted(out, terms[i]);
  }
  return out;
}

std::optional<std::string> label_match(Label label, std::string_view folded) {
  if (folded.empty()) return std::nullopt;
  std::string token;
  search_values::append_label(token, label, folded);
  std::string out = "labels : ";
  append_quoted(out, token);
  return out;
}

std::string near_match(const NearNode& near) {
  std::string out = "terms : NEAR(";
  append_quoted(out, near.first);
  out += ' ';
  append_quoted(out, near.second);
  out += ", " + std::to_string(near.distance) + ")";
  return out;
}

std::optional<std::string> match_of(const QueryNode& node);

std::optional<std::string> match_of_all(const std::vector<QueryNode>& parts, std::string_view between) {
  if (parts.empty()) return std::nullopt;
  std::string out = "(";
  for (const auto& part : parts) {
    const auto match = match_of(part);
    if (!match) return std::nullopt;
    if (out.size() > 1) out += between;
    out += *match;
  }
  return out + ")";
}

// nullopt: the full-text table alone cannot decide this node.
std::optional<std::string> match_of(const QueryNode& node) {
  return std::visit(
      Overloaded{
          [](const AndNode& n) { return match_of_all(n.parts, " AND "); },
          [](const OrNode& n) { return match_of_all(n.parts, " OR "); },
          [](const WordNode& n) { return n.term.empty() ? std::nullopt : phrase_match("terms", {n.term}); },
          [](const PhraseNode& n) { return phrase_match("terms", n.terms); },
          [](const UrlNode& n) { return phrase_match("url_terms", n.terms); },
          [](const TagNode& n) {
            const Label label = n.field == TagField::hashtag   ? Label::hashtag
                                : n.field == TagField::mention ? Label::mention
                                                               : Label::cashtag;
            return label_match(label, n.folded);
          },
          [](const FromNode& n) { return label_match(Label::author, n.folded); },
          [](const ToNode& n) { return label_match(Label::reply_to, n.folded); },
          [](const DomainNode& n) { return label_match(Label::domain, n.domain); },
          [](const EntityNode& n) { return label_match(Label::entity, n.folded); },
          [](const KeywordNode& n) { return label_match(Label::keyword, n.folded); },
          [](const auto&) { return std::optional<std::string>(); },
      },
      node.node);
}

class Compiler {
 public:
  std::string condition(const QueryNode& node) {
    if (auto match = match_of(node)) {
      parameters_.emplace_back(std::move(*match));
      return "t.row IN (SELECT rowid FROM tweets_fts WHERE tweets_fts MATCH ?)";
    }
    return std::visit([this](const auto& n) { return of(n); }, node.node);
  }
  std::vector<Parameter>& parameters() { return parameters_; }

 private:
  std::string all(const std::vector<QueryNode>& parts, std::string_view between, std::string_view none) {
    if (parts.empty()) return std::string(none);
    std::string out = "(";
    for (const auto& part : parts) {
      if (out.size() > 1) out += between;
      out += condition(part);
    }
    return out + ")";
  }
  std::string with(std::string sql, Parameter parameter) {
    parameters_.push_back(std::move(parameter));
    return sql;
  }

  std::string of(const AndNode& n) { return all(n.parts, " AND ", "1"); }
  std::string of(const OrNode& n) { return all(n.parts, " OR ", "0"); }
  std::string of(const NotNode& n) { return "NOT " + all(n.part, " AND ", "1"); }
  std::string of(const NearNode& n) {
    parameters_.emplace_back(near_match(n));
    near_parameters(n);
    return "t.row IN (SELECT rowid FROM tweets_fts WHERE tweets_fts MATCH ? AND near_within(terms, ?, ?, ?))";
  }
  std::string of(const LangNode& n) { return n.lang.empty() ? "t.lang IS NULL" : with("t.lang IS ?", n.lang); }
  std::string of(const SourceNode& n) {
    return n.source.empty() ? "t.source IS NULL" : with("t.source IS ?", n.source);
  }
  std::string of(const SentimentNode& n) { return with("t.sentiment IS ?", static_cast<std::int64_t>(n.label)); }
  std::string of(const UnscoredNode&) { return "t.sentiment IS NULL"; }
  std::string of(const IsNode& n) { return with("t.kind IS ?", static_cast<std::int64_t>(n.kind)); }
  std::string of(const HasNode& n) { return with("(t.has & ?) <> 0", std::int64_t{1} << static_cast<int>(n.field)); }
  std::string of(const SinceNode& n) { return with("t.created_at >= ?", to_ms(n.time)); }
  std::string of(const UntilNode& n) { return with("t.created_at < ?", to_ms(n.time)); }
  std::string of(const MinFollowersNode& n) {
    return with("(t.followers IS NOT NULL AND t.followers >= ?)", n.followers);
  }
  // What is left are conditions of text without a word or value: nothing has them.
  template <class Node>
  std::string of(const Node&) {
    return "0";
  }

  void near_parameters(const NearNode& n) {
    parameters_.emplace_back(n.first);
    parameters_.emplace_back(n.second);
    parameters_.emplace_back(std::int64_t{n.distance});
  }

  std::vector<Parameter> parameters_;
};

// The parts of the outermost ANDs.
void flatten(const QueryNode& node, std::vector<const QueryNode*>& parts) {
  if (const auto* all = std::get_if<AndNode>(&node.node)) {
    for (const auto& part : all->parts) flatten(part, parts);
  } else {
    parts.push_back(&node);
  }
}

void collect_scoring(const QueryNode& node, std::string& out) {
  const auto each = [&out](const std::vector<QueryNode>& parts) {
    for (const auto& part : parts) collect_scoring(part, out);
  };
  const auto add = [&out](const std::optional<std::string>& match) {
    if (!match) return;
    if (!out.empty()) out += " OR ";
    out += *match;
  };
  std::visit(Overloaded{
                 [&](const AndNode& n) { each(n.parts); },
                 [&](const OrNode& n) { each(n.parts); },
                 [&](const NearNode& n) { add(near_match(n)); },
                 [&](const WordNode&) { add(match_of(node)); },
                 [&](const PhraseNode&) { add(match_of(node)); },
                 [&](const UrlNode&) { add(match_of(node)); },
                 [](const auto&) {},
             },
             node.node);
}

bool needs_text(const QueryNode& node) {
  const auto has = [](const QueryNode& part) { return needs_text(part); };
  return std::visit(Overloaded{
                        [&](const AndNode& n) { return std::any_of(n.parts.begin(), n.parts.end(), has); },
                        [&](const OrNode& n) { return std::all_of(n.parts.begin(), n.parts.end(), has); },
                        [](const NearNode&) { return true; },
                        [](const WordNode&) { return true; },
                        [](const PhraseNode&) { return true; },
                        [](const UrlNode&) { return true; },
                        [](const auto&) { return false; },
                    },
                    node.node);
}

}  // namespace

Selection select(const Query& query, Lead lead) {
  std::vector<const QueryNode*> parts;
  flatten(query.root, parts);
  std::string match;
  Compiler compiler;
  Selection selection;
  selection.where = "t.state = 0";
  for (const QueryNode* part : parts) {
    if (lead == Lead::text) {
      if (const auto text = match_of(*part)) {
        match += (match.empty() ? "" : " AND ") + *text;
        continue;
      }
    }
    const std::string condition = compiler.condition(*part);
    // The plus keeps SQLite from leading with the subselect.
    const bool subselect = condition.starts_with("t.row IN");
    selection.where += (lead == Lead::time && subselect ? " AND +" : " AND ") + condition;
  }
  selection.from = "tweets t";
  if (!match.empty()) {
    selection.from = "tweets_fts f CROSS JOIN tweets t ON t.row = f.rowid";
    selection.where = "f.tweets_fts MATCH ? AND " + selection.where;
    selection.parameters.emplace_back(std::move(match));
  }
  for (auto& parameter : compiler.parameters()) selection.parameters.push_back(std::move(parameter));
  return selection;
}

std::string scoring_match(const Query& query) {
  std::string out;
  collect_scoring(query.root, out);
  return out;
}

bool needs_text(const Query& query) {
  return needs_text(query.root);
}

int bind_all(sqlite::Statement& statement, const std::vector<Parameter>& parameters, int first) {
  for (const auto& parameter : parameters) {
    std::visit(Overloaded{
                   [&](const std::string& text) { statement.bind(first, std::string_view(text)); },
                   [&](auto number) { statement.bind(first, number); },
               },
               parameter);
    ++first;
  }
  return first;
}

}  // namespace tweetpulse::sqlite_search
