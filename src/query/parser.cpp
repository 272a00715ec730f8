#include "query/parser.h"

#include <algorithm>
#include <optional>

#include "query/condition.h"
#include "query/folding.h"
#include "query/lexer.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kMaxBytes = 4096, kMaxConditions = 256;
constexpr int kMaxDepth = 16;

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : text_(text), options_(options), lexer_(text) {
    token_ = lexer_.next();
  }

  ParsedQuery parse() {
    if (text_.size() > kMaxBytes) {
      stop({"too_long",
            "a query has at most " + std::to_string(kMaxBytes) + " bytes, this one has " + std::to_string(text_.size()),
            0,
            lexer_.size(),
            {}});
      return std::move(parsed_);
    }
    Part root = read_or(0);
    while (token_.kind == TokenKind::close) {
      fail({"unexpected_close", "')' closes nothing", token_.offset, 1, {}});
      take();
      read_or(0);
    }
    if (root.node) parsed_.query.root = std::move(*root.node);
    return std::move(parsed_);
  }

 private:
  struct Part {
    bool found = false;             // an operand stands here, perhaps a wrong one
    std::optional<QueryNode> node;  // nothing: it was wrong
    int offset = 0, length = 0;     // where an empty range is reported
  };

  QueryToken take() {
    QueryToken taken = std::move(token_);
    end_ = taken.end();
    token_ = stopped_ ? QueryToken{} : lexer_.next();
    return taken;
  }

  void fail(QueryError error) {
    if (stopped_) return;
    parsed_.errors.push_back(std::move(error));
    if (!options_.recover) stop_reading();
  }

  void stop(QueryError error) {
    fail(std::move(error));
    stop_reading();
  }

  void stop_reading() {
    stopped_ = true;
    token_ = QueryToken{};
  }

  void missing_operand(const QueryToken& token, std::string message, std::string suggestion = {}) {
    fail({"missing_operand", std::move(message), token.offset, token.length, std::move(suggestion)});
  }
  void missing_side(const QueryToken& token) {
    missing_operand(token, token.value + " needs a condition on both sides");
  }

  Part read_or(int depth) {
    OrNode either;
    Part whole;
    std::optional<QueryToken> before;
    while (true) {
      Part part = read_and(depth);
      whole.found = whole.found || part.found;
      if (part.node) either.parts.push_back(std::move(*part.node));
      const bool leads = !part.found && !before && token_.kind == TokenKind::either;
      if (leads) missing_side(token_);
      if (!part.found && before) missing_side(*before);
      if (token_.kind != TokenKind::either) break;
      whole.found = true;
      QueryToken taken = take();
      before.reset();
      if (!leads) before = std::move(taken);
    }
    if (either.parts.size() == 1)
      whole.node = std::move(either.parts[0]);
    else if (!either.parts.empty())
      whole.node = QueryNode{std::move(either)};
    return whole;
  }

  Part read_and(int depth) {
    AndNode both;
    Part whole;
    Bounds bounds;
    std::optional<QueryToken> waiting;
    while (true) {
      if (token_.kind == TokenKind::both) {
        const bool alone = waiting || !whole.found;
        if (alone) missing_side(waiting ? *waiting : token_);
        QueryToken taken = take();
        waiting.reset();
        if (!alone) waiting = std::move(taken);
        whole.found = true;
        continue;
      }
      Part part = read_not(depth);
      if (!part.found) break;
      whole.found = true;
      waiting.reset();
      if (!part.node) continue;
      check_range(bounds, part);
      both.parts.push_back(std::move(*part.node));
    }
    if (waiting) missing_side(*waiting);
    if (both.parts.size() == 1)
      whole.node = std::move(both.parts[0]);
    else if (!both.parts.empty())
      whole.node = QueryNode{std::move(both)};
    return whole;
  }

  Part read_not(int depth) {
    const bool negated = token_.kind == TokenKind::minus || token_.kind == TokenKind::negation;
    if (!negated) return read_atom(depth);
    const QueryToken sign = take();
    Part part;
    part.found = true;
    const bool operand = token_.is_operand() || token_.kind == TokenKind::open;
    if (sign.kind == TokenKind::minus && (!operand || token_.offset != sign.end())) {
      missing_operand(sign, "'-' touches the condition that it excludes",
                      sign.next_word.empty() || !operand ? std::string() : '-' + sign.next_word);
    } else if (!operand) {
      missing_operand(sign, "NOT needs one condition behind it");
    } else {
      part = read_atom(depth);
      if (part.node) {
        NotNode node;
        node.part.push_back(std::move(*part.node));
        part.node = QueryNode{std::move(node)};
      }
    }
    return part;
  }

  Part read_atom(int depth) {
    if (token_.kind == TokenKind::open) return read_group(depth);
    Part part;
    if (!token_.is_operand()) return part;
    const QueryToken token = take();
    part.found = true;
    part.offset = token.kind == TokenKind::filter ? token.value_offset : token.offset;
    part.length = token.end() - part.offset;
    if (++conditions_ > kMaxConditions) {
      too_many(token);
      return part;
    }
    auto condition = read_condition(token, options_);
    if (auto* error = std::get_if<QueryError>(&condition)) {
      quote_open_ = quote_open_ || !token.closed;
      fail(std::move(*error));
    } else {
      part.node = std::move(std::get<QueryNode>(condition));
    }
    if (token.kind == TokenKind::word && token.value == "or" && parsed_.warnings.empty())
      parsed_.warnings.emplace_back("lowercase_or");
    return part;
  }

  Part read_group(int depth) {
    if (depth == kMaxDepth) {
      too_deep(depth);
      return {};
    }
    const QueryToken open = take();
    Part part;
    if (token_.kind == TokenKind::close) {
      take();
      fail({"empty_group", "these parentheses hold no condition", open.offset, end_ - open.offset, {}});
      part.found = true;
      return part;
    }
    part = read_or(depth + 1);
    part.found = true;
    if (token_.kind == TokenKind::close) {
      take();
    } else if (!quote_open_) {
      fail({"unclosed_group", "this parenthesis is never closed", open.offset, 1, {}});
    }
    part.offset = open.offset;
    part.length = end_ - open.offset;
    return part;
  }

  struct Bounds {
    std::optional<Time> since, until;
  };

  // Two conditions of one AND that no time can meet.
  void check_range(Bounds& bounds, const Part& part) {
    const auto* since = std::get_if<SinceNode>(&part.node->node);
    const auto* until = std::get_if<UntilNode>(&part.node->node);
    if (since == nullptr && until == nullptr) return;
    if (since != nullptr) bounds.since = std::max(bounds.since.value_or(since->time), since->time);
    if (until != nullptr) bounds.until = std::min(bounds.until.value_or(until->time), until->time);
    if (bounds.since && bounds.until && *bounds.since >= *bounds.until)
      fail({"empty_range", "since: must be before until:", part.offset, part.length, {}});
  }

  void too_many(const QueryToken& token) {
    std::size_t found = conditions_;
    for (; token_.kind != TokenKind::end; token_ = lexer_.next()) found += token_.is_operand() ? 1 : 0;
    stop(
        {"too_many",
         "a query has at most " + std::to_string(kMaxConditions) + " conditions, this one has " + std::to_string(found),
         token.offset,
         token.length,
         {}});
  }

  void too_deep(int depth) {
    const int offset = token_.offset;
    int deepest = depth;
    for (; token_.kind != TokenKind::end; token_ = lexer_.next()) {
      depth += token_.kind == TokenKind::open ? 1 : token_.kind == TokenKind::close ? -1 : 0;
      deepest = std::max(deepest, depth);
    }
    stop({"too_deep",
          "groups nest at most " + std::to_string(kMaxDepth) + " deep, these nest " + std::to_string(deepest),
          offset,
          1,
          {}});
  }

  std::string_view text_;
  const ParseOptions& options_;
  Lexer lexer_;
  QueryToken token_;
  ParsedQuery parsed_;
  std::size_t conditions_ = 0;
  int end_ = 0;  // of the last token taken
  bool stopped_ = false, quote_open_ = false;
};

}  // namespace

ParsedQuery parse_query(std::string_view text, const ParseOptions& options) {
  return Parser(text, options).parse();
}

}  // namespace tweetpulse
