#include "query/parser.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace tweetpulse {
namespace {

ParseOptions at_noon() {
  ParseOptions options;
  options.now = *parse_rfc3339("2026-03-01T12:00:00Z");
  return options;
}

ParsedQuery parse(std::string_view text) {
  return parse_query(text, at_noon());
}

std::string canonical(std::string_view text) {
  const ParsedQuery parsed = parse(text);
  return parsed.errors.empty() ? print(parsed.query) : parsed.errors[0].type;
}

struct Reading {
  std::string_view text, canonical;
};

void expect_readings(std::initializer_list<Reading> readings) {
  for (const Reading& reading : readings) EXPECT_EQ(canonical(reading.text), reading.canonical) << reading.text;
}

struct Failure {
  std::string_view text, type;
  int offset, length;
  std::string_view suggestion = "";
};

void expect_failures(std::initializer_list<Failure> failures) {
  for (const Failure& wanted : failures) {
    const ParsedQuery parsed = parse(wanted.text);
    ASSERT_EQ(parsed.errors.size(), 1u) << wanted.text;
    const QueryError& error = parsed.errors[0];
    EXPECT_EQ(error.type, wanted.type) << wanted.text;
    EXPECT_EQ(error.offset, wanted.offset) << wanted.text;
    EXPECT_EQ(error.length, wanted.length) << wanted.text;
    EXPECT_EQ(error.suggestion, wanted.suggestion) << wanted.text;
    EXPECT_FALSE(error.message.empty()) << wanted.text;
  }
}

template <class Node>
Node only(std::string_view text) {
  const ParsedQuery parsed = parse(text);
  const auto* node = std::get_if<Node>(&parsed.query.root.node);
  EXPECT_TRUE(parsed.errors.empty() && node != nullptr) << text;
  return node != nullptr ? *node : Node{};
}

TEST(Parser, TakesAnEmptyTextForEveryTweet) {
  EXPECT_TRUE(only<AndNode>("").parts.empty());
  EXPECT_TRUE(only<AndNode>(" \n　").parts.empty());
}

TEST(Parser, BindsNotBeforeAndBeforeOr) {
  expect_readings({{"a b OR c", "a b OR c"},
                   {"a (b OR c)", "a (b OR c)"},
                   {"(a b) OR c", "a b OR c"},
                   {"-a b", "-a b"},
                   {"NOT a AND b", "-a b"},
                   {"a OR b AND c", "a OR b c"},
                   {"-(a OR b)", "-(a OR b)"},
                   {"NOT (a b) OR c", "-(a b) OR c"}});
  const OrNode either = only<OrNode>("a b OR c");
  ASSERT_EQ(either.parts.size(), 2u);
  EXPECT_EQ(std::get<AndNode>(either.parts[0].node).parts.size(), 2u);
}

TEST(Parser, LetsSpacesBesideParenthesesAndQuotesBeLeftOut) {
  expect_readings({{"a(b OR c)d", "a (b OR c) d"}, {"a\"b c\"d", "a \"b c\" d"}, {"a OR(b)", "a OR b"}});
}

TEST(Parser, KeepsGroupsAsTheyWereWritten) {
  expect_readings({{"(a b) c", "(a b) c"}, {"((a))", "a"}, {"a OR (b OR c)", "a OR (b OR c)"}});
}

TEST(Parser, ReadsOperatorsInCapitalsOnly) {
  expect_readings({{"cat or dog", "cat or dog"}, {"cat and not dog", "cat and not dog"}});
  EXPECT_EQ(parse("cat or dog or cow").warnings, (std::vector<std::string>{"lowercase_or"}));
  EXPECT_TRUE(parse("\"cat or dog\" OR cow").warnings.empty());
}

TEST(Parser, CountsTypographicAndFullWidthFormsAsAscii) {
  expect_readings(
      {{"“hot dog”　＃Mars", "\"hot dog\" #mars"}, {"„hot dog“ «a b»", "\"hot dog\" \"a b\""}, {"＠NASA", "@nasa"}});
}

TEST(Parser, FoldsWordsAndMakesPhrasesOfWordsWithSeveralTerms) {
  expect_readings({{"Café", "cafe"},
                   {"coca-cola", "\"coca cola\""},
                   {"12:30", "\"12 30\""},
                   {"$100", "100"},
                   {"don’t", "don't"},
                   {"東京", "\"東 京\""},
                   {"👍🏽 ❤️ 1️⃣ #️⃣", "👍 ❤ 1⃣ #⃣"},
                   {"From:nasa", "\"from nasa\""},
                   {"\"say \\\"hi\\\"\"", "\"say hi\""}});
}

TEST(Parser, ReadsNearnessOfTwoWords) {
  const NearNode near = only<NearNode>("\"Red planet\"~4");
  EXPECT_EQ(near.first + ' ' + near.second + ' ' + std::to_string(near.distance), "red planet 4");
}

TEST(Parser, ReadsTags) {
  expect_readings({{"#Mars @NASA $TSLA", "#mars @nasa $tsla"},
                   {"#mars, #Café", "#mars #cafe"},
                   {"#\"new york\" #\"u.s.\"", "#\"new york\" #\"u.s.\""}});
  EXPECT_EQ(only<TagNode>("@nasa").field, TagField::mention);
  EXPECT_EQ(only<TagNode>("$tsla").field, TagField::cashtag);
}

TEST(Parser, ReadsEveryFilter) {
  expect_readings(
      {{"from:@NASA to:nasa from:did:plc:1", "from:nasa to:nasa from:did:plc:1"},
       {"lang:EN lang:in lang:iw lang:ji lang:und lang:pt-BR", "lang:en lang:id lang:he lang:yi lang:und lang:pt"},
       {"sentiment:positive sentiment:Neutral sentiment:negative",
        "sentiment:positive sentiment:neutral sentiment:negative"},
       {"has:links has:hashtags has:mentions has:media", "has:links has:hashtags has:mentions has:media"},
       {"is:retweet is:reply is:quote", "is:retweet is:reply is:quote"},
       {"source:x source:bluesky source:mastodon source:simulator",
        "source:x source:bluesky source:mastodon source:simulator"},
       {"min_followers:1000", "min_followers:1000"},
       {"url:nasa.gov/Artemis https://nasa.gov/x", "url:nasa/gov/artemis url:nasa/gov/x"},
       {"domain:BBC.co.uk domain:www.bbc.co.uk domain:bücher.de",
        "domain:bbc.co.uk domain:bbc.co.uk domain:xn--bcher-kva.de"},
       {"entity:\"New York\" keyword:Launch", "entity:\"new york\" keyword:launch"},
       {"-from:nasa", "-from:nasa"}});
}

TEST(Parser, ReadsTimesInTheGivenZoneFromOneNow) {
  expect_readings({{"since:2026-03-01", "since:2026-03-01T00:00:00.000Z"},
                   {"until:now-1h", "until:2026-03-01T11:00:00.000Z"},
                   {"since:\"2026-03-01 10:30\"", "since:2026-03-01T10:30:00.000Z"}});
  ParseOptions tokyo = at_noon();
  tokyo.zone = "Asia/Tokyo";
  EXPECT_EQ(print(parse_query("since:2026-03-01", tokyo).query), "since:2026-02-28T15:00:00.000Z");
}

TEST(Parser, ReportsUnknownNamesAndValuesWithTheNearestKnownOne) {
  expect_failures({{"form:nasa", "unknown_operator", 0, 5, "from:"},
                   {"cat http:x", "unknown_operator", 4, 5, ""},
                   {"-setniment:positive", "unknown_operator", 1, 10, "sentiment:"},
                   {"sentiment:postive", "bad_value", 10, 7, "positive"},
                   {"😀 sentiment:postive", "bad_value", 12, 7, "positive"},
                   {"sentiment:\"postive\"", "bad_value", 10, 9, "positive"},
                   {"has:link", "bad_value", 4, 4, "links"},
                   {"is:original", "bad_value", 3, 8, ""},
                   {"source:twitter", "bad_value", 7, 7, ""},
                   {"lang:english", "bad_value", 5, 7, ""},
                   {"min_followers:1k", "bad_value", 14, 2, ""},
                   {"min_followers:-1", "bad_value", 14, 2, ""},
                   {"domain:com", "bad_value", 7, 3, ""},
                   {"domain:https://bbc.co.uk/news", "bad_value", 7, 22, "bbc.co.uk"},
                   {"from:@", "bad_value", 5, 1, ""}});
}

TEST(Parser, ReportsAFilterWithoutValue) {
  expect_failures({{"from: nasa", "missing_value", 0, 5, "from:nasa"},
                   {"cat from:", "missing_value", 4, 5, ""},
                   {"(from:)", "missing_value", 1, 5, ""}});
}

TEST(Parser, ReportsTimesThatItCannotReadOrThatLeaveNothing) {
  expect_failures({{"since:yesterday", "bad_time", 6, 9, "now-1d"},
                   {"since:1772366400", "bad_time", 6, 10, "1772366400000"},
                   {"until:2026-02-30", "bad_time", 6, 10, "now-1d"},
                   {"since:2026-03-02 until:2026-03-01", "empty_range", 23, 10, ""},
                   {"until:now-1d cat since:now-1d", "empty_range", 23, 6, ""}});
  EXPECT_TRUE(parse("since:2026-03-02 OR until:2026-03-01").errors.empty());
}

TEST(Parser, ReportsOperatorsWithoutOperand) {
  expect_failures({{"cat OR", "missing_operand", 4, 2, ""},
                   {"OR cat", "missing_operand", 0, 2, ""},
                   {"cat AND OR dog", "missing_operand", 4, 3, ""},
                   {"a OR OR b", "missing_operand", 2, 2, ""},
                   {"AND", "missing_operand", 0, 3, ""},
                   {"(cat AND)", "missing_operand", 5, 3, ""},
                   {"cat NOT", "missing_operand", 4, 3, ""},
                   {"- cat", "missing_operand", 0, 1, "-cat"},
                   {"cat -", "missing_operand", 4, 1, ""},
                   {"--cat", "missing_operand", 0, 1, ""}});
}

TEST(Parser, ReportsQuotesAndParenthesesThatDoNotPair) {
  expect_failures({{"(\"a b", "unclosed_quote", 1, 1},
                   {"entity:\"new", "unclosed_quote", 7, 1},
                   {"(cat", "unclosed_group", 0, 1},
                   {"a (b (c)", "unclosed_group", 2, 1},
                   {"cat )", "unexpected_close", 4, 1},
                   {"()", "empty_group", 0, 2},
                   {"a ( )", "empty_group", 2, 3}});
}

TEST(Parser, ReportsOperandsWithoutWords) {
  expect_failures({{"!!!", "no_words", 0, 3},
                   {"cat \"?!\"", "no_words", 4, 4},
                   {"\"\"", "no_words", 0, 2},
                   {"#!", "no_words", 0, 2},
                   {"#", "no_words", 0, 1},
                   {"#\"\"", "no_words", 0, 3},
                   {"url:///", "no_words", 4, 3},
                   {"-!!!", "no_words", 1, 3}});
}

TEST(Parser, ReportsNearnessThatMeansNothing) {
  expect_failures({{"\"a b\"~9", "bad_proximity", 5, 2, "~6"},
                   {"\"a b\"~", "bad_proximity", 5, 1, "~6"},
                   {"\"a b\"~12", "bad_proximity", 5, 3, "~6"},
                   {"\"a a\"~2", "bad_proximity", 5, 2, ""},
                   {"\"a b c\"~2", "bad_proximity", 7, 2, ""}});
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

TEST(Parser, SaysTheLimitAndTheSizeFound) {
  EXPECT_TRUE(parse(repeated("a ", 256)).errors.empty());
  const QueryError many = parse(repeated("a ", 300)).errors.at(0);
  EXPECT_EQ(many.type, "too_many");
  EXPECT_EQ(many.offset, 512);
  EXPECT_EQ(many.message, "a query has at most 256 conditions, this one has 300");
  EXPECT_TRUE(parse(repeated("(", 16) + "a" + repeated(")", 16)).errors.empty());
  const QueryError deep = parse(repeated("(", 20) + "a" + repeated(")", 20)).errors.at(0);
  EXPECT_EQ(deep.type + std::to_string(deep.offset), "too_deep16");
  EXPECT_EQ(deep.message, "groups nest at most 16 deep, these nest 20");
  EXPECT_TRUE(parse(std::string(4096, 'a')).errors.empty());
  EXPECT_EQ(parse(std::string(4097, 'a')).errors.at(0).type, "too_long");
  EXPECT_TRUE(parse('"' + repeated("a ", 32) + '"').errors.empty());
  EXPECT_EQ(parse('"' + repeated("a ", 33) + '"').errors.at(0).type, "too_many");
}

TEST(Parser, ReportsAllErrorsWhenAskedToRecover) {
  ParseOptions options = at_noon();
  options.recover = true;
  std::string found;
  for (const QueryError& error : parse_query("form:x OR ( ) sentiment:bad - ) cat OR \"a", options).errors)
    found += error.type + '@' + std::to_string(error.offset) + ' ';
  EXPECT_EQ(found,
            "unknown_operator@0 empty_group@10 bad_value@24 missing_operand@28 unexpected_close@30 unclosed_quote@39 ");
}

TEST(Parser, CountsIllFormedBytesAsOneCodePointEach) {
  expect_failures({{"a\xff\xfe sentiment:postive", "bad_value", 14, 7, "positive"}});
}

TEST(Nearest, FindsANameWithinTwoEdits) {
  constexpr std::array<std::string_view, 3> kNames{"size", "sort", "q"};
  EXPECT_EQ(nearest("sise", kNames), "size");
  EXPECT_EQ(nearest("SIZE", kNames), "size");
  EXPECT_EQ(nearest("srot", kNames), "sort");
  EXPECT_EQ(nearest("x", kNames), "");
  EXPECT_EQ(nearest("limits", kNames), "");
}

std::string suggested(std::string_view text, int caret) {
  std::string out;
  for (const Suggestion& item : suggest(text, caret))
    out += item.text + '@' + std::to_string(item.replace_offset) + '+' + std::to_string(item.replace_length) + ' ';
  return out;
}

TEST(Suggest, CompletesNamesOfOperators) {
  EXPECT_EQ(suggested("lan", 3), "lang:@0+3 ");
  EXPECT_EQ(suggested("cat -s", 6), "sentiment:@5+1 since:@5+1 source:@5+1 ");
  EXPECT_EQ(suggested("form", 4), "from:@0+4 ");
  EXPECT_EQ(suggested("lan:en", 2), "lang:@0+4 ");
  EXPECT_EQ(suggest("cat ", 4).size(), 14u);
}

TEST(Suggest, CompletesValues) {
  EXPECT_EQ(suggested("sentiment:p", 11), "positive@10+1 ");
  EXPECT_EQ(suggested("😀 is:re", 7), "retweet@5+2 reply@5+2 ");
  EXPECT_EQ(suggested("has:lnks cat", 8), "links@4+4 ");
}

TEST(Suggest, IsSilentWhereNothingIsNamed) {
  EXPECT_EQ(suggested("\"lan", 4), "");
  EXPECT_EQ(suggested("#lan", 4), "");
  EXPECT_EQ(suggested("from:na", 7), "");
  EXPECT_EQ(suggested("Zz", 2), "");
}

TEST(Query, NarrowAddsACondition) {
  Query query;
  query.narrow({WordNode{"a"}});
  EXPECT_EQ(print(query), "a");
  query.narrow({AndNode{}}).narrow({LangNode{"en"}}).narrow({HasNode{HasField::links}});
  EXPECT_EQ(print(query), "a lang:en has:links");
  Query either = parse("a OR b").query;
  EXPECT_EQ(print(either.narrow({LangNode{"en"}})), "(a OR b) lang:en");
  EXPECT_EQ(count_conditions(either), 3u);
}

TEST(Print, SaysInTheLanguageWhatHasNoWordOfItsOwn) {
  EXPECT_EQ(print({QueryNode{IsNode{Kind::original}}}), "-is:retweet -is:reply -is:quote");
  EXPECT_EQ(canonical(print({QueryNode{OrNode{{{WordNode{"a"}}, {UnscoredNode{}}}}}})),
            "a OR -sentiment:negative -sentiment:neutral -sentiment:positive");
  EXPECT_EQ(print({QueryNode{OrNode{}}}), "is:reply -is:reply");
  EXPECT_EQ(print({QueryNode{OrNode{{{WordNode{"a"}}, {AndNode{}}}}}}), "");
}

}  // namespace
}  // namespace tweetpulse
