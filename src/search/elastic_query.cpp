#include "search/elastic_query.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "query/names.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::string_view kNone = R"({"match_none":{}})";
constexpr std::string_view kAll = R"({"match_all":{}})";
constexpr std::string_view kBetweenUrls = "|";

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string join(const std::vector<std::string>& queries) {
  std::string out;
  for (const auto& query : queries) {
    if (!out.empty()) out += ',';
    out += query;
  }
  return out;
}

// No document has another: white space parts the terms of a text, and a bar those of two URLs.
bool can_be_term(const std::string& term) {
  return !term.empty() && term != kBetweenUrls &&
         std::none_of(term.begin(), term.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

std::string span_of(std::string_view field, const std::string& term) {
  return R"({"span_term":{)" + json_string(field) + ":" + json_string(term) + "}}";
}

std::string phrase_query(std::string_view field, const std::vector<std::string>& terms, int slop = 0) {
  if (terms.empty() || !std::all_of(terms.begin(), terms.end(), can_be_term)) return std::string(kNone);
  if (terms.size() == 1) return term_query(field, terms[0]);
  std::string words;
  for (const auto& term : terms) words += (words.empty() ? "" : " ") + term;
  std::string out = R"({"match_phrase":{)" + json_string(field) + R"(:{"query":)" + json_string(words);
  if (slop > 0) out += R"(,"slop":)" + std::to_string(slop);
  return out + "}}}";
}

std::string near_query(const NearNode& near) {
  if (near.first != near.second) return phrase_query("terms", {near.first, near.second}, near.distance);
  if (!can_be_term(near.first)) return std::string(kNone);
  // A phrase of one word twice moves its places in other ways.
  const std::string span = span_of("terms", near.first);
  return R"({"span_near":{"clauses":[)" + span + "," + span + R"(],"slop":)" + std::to_string(near.distance) +
         R"(,"in_order":true}})";
}

std::string value_query(std::string_view field, const std::string& value) {
  return value.empty() ? std::string(kNone) : term_query(field, value);
}

std::string column_query(std::string_view field, const std::string& value) {
  return value.empty() ? missing_query(field) : term_query(field, value);
}

std::string bound_query(std::string_view field, std::string_view bound, std::int64_t value) {
  return R"({"range":{)" + json_string(field) + ":{\"" + std::string(bound) + "\":" + std::to_string(value) + "}}}";
}

std::string_view name_of(TagField field) {
  return field == TagField::hashtag ? "hashtags" : field == TagField::mention ? "mentions" : "cashtags";
}

std::string leaf_query(const QueryNode& node) {
  return std::visit(Overloaded{
                        [](const WordNode& n) { return phrase_query("terms", {n.term}); },
                        [](const PhraseNode& n) { return phrase_query("terms", n.terms); },
                        [](const NearNode& n) { return near_query(n); },
                        [](const UrlNode& n) { return phrase_query("url_terms", n.terms); },
                        [](const TagNode& n) { return value_query(name_of(n.field), n.folded); },
                        [](const FromNode& n) { return value_query("from", n.folded); },
                        [](const ToNode& n) { return value_query("to", n.folded); },
                        [](const DomainNode& n) { return value_query("domains", n.domain); },
                        [](const EntityNode& n) { return value_query("entities", n.folded); },
                        [](const KeywordNode& n) { return value_query("keywords", n.folded); },
                        [](const LangNode& n) { return column_query("lang", n.lang); },
                        [](const SourceNode& n) { return column_query("source", n.source); },
                        [](const SentimentNode& n) { return term_query("sentiment", to_string(n.label)); },
                        [](const UnscoredNode&) { return missing_query("sentiment"); },
                        [](const HasNode& n) { return term_query("has", name_of(n.field)); },
                        [](const IsNode& n) { return term_query("kind", to_string(n.kind)); },
                        [](const SinceNode& n) { return bound_query("created_at", "gte", to_ms(n.time)); },
                        [](const UntilNode& n) { return bound_query("created_at", "lt", to_ms(n.time)); },
                        [](const MinFollowersNode& n) { return bound_query("followers", "gte", n.followers); },
                        [](const auto&) { return std::string(kNone); },
                    },
                    node.node);
}

// The conditions of one group. Negations are pushed down to the leaves: the servers bound how deep bool may stand in
// bool, and a NOT around each group would double the depth.
enum class Way { all, any };
struct Group {
  std::vector<std::string> wanted, unwanted;
};

void collect(const QueryNode& node, bool negated, Way way, Group& group);

std::string query_of(const Group& group, Way way) {
  std::vector<std::string> wanted = group.wanted;
  if (way == Way::any) {
    for (const auto& query : group.unwanted) wanted.push_back(none_of(query));
    if (wanted.empty()) return std::string(kNone);
    return R"({"bool":{"should":[)" + join(wanted) + R"(],"minimum_should_match":1}})";
  }
  if (wanted.empty() && group.unwanted.empty()) return std::string(kAll);
  std::string out = R"({"bool":{)";
  if (!wanted.empty()) out += R"("filter":[)" + join(wanted) + "]";
  if (!wanted.empty() && !group.unwanted.empty()) out += ',';
  if (!group.unwanted.empty()) out += R"("must_not":[)" + join(group.unwanted) + "]";
  return out + "}}";
}

void collect_parts(const std::vector<QueryNode>& parts, bool negated, Way own, Way way, Group& group) {
  if (own == way) {
    for (const auto& part : parts) collect(part, negated, way, group);
    return;
  }
  Group inner;
  for (const auto& part : parts) collect(part, negated, own, inner);
  group.wanted.push_back(query_of(inner, own));
}

void collect(const QueryNode& node, bool negated, Way way, Group& group) {
  if (const auto* all = std::get_if<AndNode>(&node.node))
    return collect_parts(all->parts, negated, negated ? Way::any : Way::all, way, group);
  if (const auto* any = std::get_if<OrNode>(&node.node))
    return collect_parts(any->parts, negated, negated ? Way::all : Way::any, way, group);
  if (const auto* opposite = std::get_if<NotNode>(&node.node); opposite != nullptr && !opposite->part.empty())
    return collect(opposite->part[0], !negated, way, group);
  (negated ? group.unwanted : group.wanted).push_back(leaf_query(node));
}

void collect_scoring(const QueryNode& node, std::vector<std::string>& queries) {
  const auto each = [&queries](const std::vector<QueryNode>& parts) {
    for (const auto& part : parts) collect_scoring(part, queries);
  };
  const auto add = [&](const auto&) { queries.push_back(leaf_query(node)); };
  std::visit(Overloaded{
                 [&](const AndNode& n) { each(n.parts); },
                 [&](const OrNode& n) { each(n.parts); },
                 [&](const WordNode& n) { add(n); },
                 [&](const PhraseNode& n) { add(n); },
                 [&](const NearNode& n) { add(n); },
                 [&](const UrlNode& n) { add(n); },
                 [](const auto&) {},
             },
             node.node);
}

Group visible_matches(const Query& query, std::initializer_list<std::string_view> more) {
  Group group;
  group.wanted.emplace_back(R"({"term":{"visible":true}})");
  collect(query.root, false, Way::all, group);
  for (const auto condition : more)
    if (!condition.empty()) group.wanted.emplace_back(condition);
  return group;
}

}  // namespace

std::string filter_of(const Query& query, std::initializer_list<std::string_view> more) {
  return query_of(visible_matches(query, more), Way::all);
}

std::string scored_query(const Query& query, std::initializer_list<std::string_view> more) {
  std::vector<std::string> scoring;
  collect_scoring(query.root, scoring);
  if (scoring.empty()) return {};
  return R"({"bool":{"filter":[)" + filter_of(query, more) + R"(],"should":[)" + join(scoring) + "]}}";
}

std::string term_query(std::string_view field, std::string_view value) {
  return R"({"term":{)" + json_string(field) + ":" + json_string(value) + "}}";
}

std::string missing_query(std::string_view field) {
  return none_of(R"({"exists":{"field":)" + json_string(field) + "}}");
}

std::string range_query(std::string_view field, std::int64_t from, std::int64_t before) {
  return R"({"range":{)" + json_string(field) + R"(:{"gte":)" + std::to_string(from) + R"(,"lt":)" +
         std::to_string(before) + "}}}";
}

std::string none_of(std::string_view queries) {
  return R"({"bool":{"must_not":[)" + std::string(queries) + "]}}";
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace tweetpulse::elastic
