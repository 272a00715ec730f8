#include "search/elastic_query.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "query/parser.h"

namespace tweetpulse::elastic {
namespace {

const std::string kVisible = R"({"term":{"visible":true}})";

std::string compiled(std::string_view text) {
  const ParsedQuery parsed = parse_query(text, {.now = from_ms(1'772'366'400'000)});
  EXPECT_TRUE(parsed.errors.empty()) << text;
  return filter_of(parsed.query);
}

std::string all_of(const std::string& wanted, const std::string& unwanted = "") {
  return R"({"bool":{"filter":[)" + kVisible + (wanted.empty() ? "" : ",") + wanted + "]" +
         (unwanted.empty() ? "" : R"(,"must_not":[)" + unwanted + "]") + "}}";
}

int depth_of(simdjson::dom::element element) {
  int deepest = 0;
  if (element.is_array())
    for (const auto part : simdjson::dom::array(element)) deepest = std::max(deepest, depth_of(part));
  if (element.is_object())
    for (const auto part : simdjson::dom::object(element))
      deepest = std::max(deepest, depth_of(part.value) + (part.key == "bool" ? 1 : 0));
  return deepest;
}

TEST(ElasticQuery, AsksForEveryVisibleTweetWithoutACondition) {
  EXPECT_EQ(compiled(""), all_of(""));
}

TEST(ElasticQuery, WritesTextConditionsAsTermsAndPhrases) {
  EXPECT_EQ(compiled("cat"), all_of(R"({"term":{"terms":"cat"}})"));
  EXPECT_EQ(compiled("\"hot dog\""), all_of(R"({"match_phrase":{"terms":{"query":"hot dog"}}})"));
  EXPECT_EQ(compiled("\"red planet\"~4"), all_of(R"({"match_phrase":{"terms":{"query":"red planet","slop":4}}})"));
  EXPECT_EQ(compiled("url:nasa.gov/artemis"), all_of(R"({"match_phrase":{"url_terms":{"query":"nasa gov artemis"}}})"));
}

TEST(ElasticQuery, WritesValueConditionsAsTermsAndRanges) {
  EXPECT_EQ(compiled("#Mars"), all_of(R"({"term":{"hashtags":"mars"}})"));
  EXPECT_EQ(compiled("from:NASA"), all_of(R"({"term":{"from":"nasa"}})"));
  EXPECT_EQ(compiled("is:reply"), all_of(R"({"term":{"kind":"reply"}})"));
  EXPECT_EQ(compiled("has:links"), all_of(R"({"term":{"has":"links"}})"));
  EXPECT_EQ(compiled("min_followers:10"), all_of(R"({"range":{"followers":{"gte":10}}})"));
  EXPECT_EQ(compiled("since:2026-03-01T12:00:00Z"), all_of(R"({"range":{"created_at":{"gte":1772366400000}}})"));
  EXPECT_EQ(compiled("until:2026-03-01T12:00:00Z"), all_of(R"({"range":{"created_at":{"lt":1772366400000}}})"));
}

TEST(ElasticQuery, PutsNegationsWhereAMissingValueMatchesThem) {
  EXPECT_EQ(compiled("-lang:en cat"), all_of(R"({"term":{"terms":"cat"}})", R"({"term":{"lang":"en"}})"));
  EXPECT_EQ(compiled("cat OR -dog"),
            all_of(R"({"bool":{"should":[{"term":{"terms":"cat"}},{"bool":{"must_not":[{"term":{"terms":"dog"}}]}}],)"
                   R"("minimum_should_match":1}})"));
  EXPECT_EQ(compiled("-(cat OR dog)"), all_of("", R"({"term":{"terms":"cat"}},{"term":{"terms":"dog"}})"));
}

TEST(ElasticQuery, TakesAMissingLanguageAsAValue) {
  EXPECT_EQ(filter_of(Query{QueryNode{LangNode{""}}}),
            all_of(R"({"bool":{"must_not":[{"exists":{"field":"lang"}}]}})"));
  EXPECT_EQ(filter_of(Query{QueryNode{UnscoredNode{}}}),
            all_of(R"({"bool":{"must_not":[{"exists":{"field":"sentiment"}}]}})"));
}

TEST(ElasticQuery, MatchesNothingWithAConditionWithoutAWord) {
  const std::string none = all_of(R"({"match_none":{}})");
  for (const QueryNode& node : {QueryNode{WordNode{""}}, QueryNode{PhraseNode{}}, QueryNode{FromNode{""}},
                                QueryNode{TagNode{TagField::hashtag, ""}}, QueryNode{EntityNode{""}}})
    EXPECT_EQ(filter_of(Query{node}), none);
}

TEST(ElasticQuery, LetsNoPhraseOfAUrlCrossIntoTheNext) {
  EXPECT_EQ(filter_of(Query{QueryNode{UrlNode{{"a", "|", "b"}}}}), all_of(R"({"match_none":{}})"));
}

TEST(ElasticQuery, KeepsOneWordNearItselfApart) {
  EXPECT_EQ(filter_of(Query{QueryNode{NearNode{"cat", "cat", 2}}}),
            all_of(R"({"span_near":{"clauses":[{"span_term":{"terms":"cat"}},{"span_term":{"terms":"cat"}}],)"
                   R"("slop":2,"in_order":true}})"));
}

TEST(ElasticQuery, CarriesHostileStringsAsStringsAlone) {
  for (const std::string hostile :
       {R"("}}],"must_not":[{"match_all":{}}])", R"(a\"b\\)", "* OR _exists_:id", "/.*/", "a\x01\x1f\n\tb", "{}[]:,"}) {
    const std::string json =
        filter_of(Query{QueryNode{NotNode{{QueryNode{KeywordNode{hostile}}}}}}, {term_query("top.hashtag", hostile)});
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    ASSERT_EQ(parser.parse(json).get(root), simdjson::SUCCESS) << json;
    EXPECT_EQ(std::string_view(root.at_pointer("/bool/must_not/0/term/keywords")), hostile);
    EXPECT_EQ(std::string_view(root.at_pointer("/bool/filter/1/term/top.hashtag")), hostile);
    EXPECT_EQ(simdjson::dom::array(root.at_pointer("/bool/filter")).size(), 2u);
  }
}

TEST(ElasticQuery, StaysFlatterThanTheServersAllow) {
  std::string deep = "cat";
  for (int n = 0; n < 14; ++n) deep = "-(dog " + deep + ")";
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(compiled(deep)).get(root), simdjson::SUCCESS);
  EXPECT_LE(depth_of(root), 18);
}

TEST(ElasticQuery, ScoresTheWordsThatAreNotNegated) {
  const ParsedQuery parsed = parse_query("cat lang:en -dog (\"red planet\" OR #mars)", {.now = from_ms(0)});
  EXPECT_EQ(scored_query(parsed.query),
            R"({"bool":{"filter":[)" + filter_of(parsed.query) +
                R"(],"should":[{"term":{"terms":"cat"}},{"match_phrase":{"terms":{"query":"red planet"}}}]}})");
  EXPECT_EQ(scored_query(parse_query("lang:en -dog", {.now = from_ms(0)}).query), "");
}

}  // namespace
}  // namespace tweetpulse::elastic
