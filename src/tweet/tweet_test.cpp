#include "tweet/tweet.h"

#include <gtest/gtest.h>

#include "tweet/json_line.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

const Time kNow = *parse_rfc3339("2026-03-01T13:15:00Z");

EnrichedTweet full() {
  EnrichedTweet t;
  t.tweet = {.id = "2028096666858422273",
             .source = "x",
             .text = "Ünïcode \"quoted\"\n#Artemis 🚀",
             .created_at = kNow,
             .received_at = kNow + milliseconds(770),
             .observed_at = kNow,
             .edited_at = kNow,
             .author = {"4477", "ada", "Ada", 1204},
             .lang_declared = "en",
             .metrics = {12, 3, std::nullopt, 0},
             .reply_to = "1",
             .retweet_of = "2",
             .quote_of = "3",
             .conversation = "4",
             .reply_to_author = {"9", "bob"},
             .declared = {{{"Artemis", 17, 25}}, {{"TSLA", -1, -1}}, {{"ada", "1", 0, 4}}, {{"u", "e", "t", 0, 1}}},
             .media = {"photo"},
             .sensitive = true,
             .withheld_in = {"DE"},
             .edit_history = {"1", "2"},
             .matching_rules = {{"12", "cats"}},
             .url = "https://x.com/ada/status/2028096666858422273",
             .alias = "h/1",
             .raw = "{\"a\":1}",
             .action = Action::withhold,
             .event_at = kNow,
             .up_to_id = "5"};
  t.analysis = {.language = "en",
                .language_confidence = 0.98,
                .hashtags = {{"Artemis", 17, 25}},
                .cashtags = {{"BA", 1, 2}},
                .mentions = {{"NASA", "11", 0, 5}},
                .lists = {{"Ada", "/space", 0, 3}},
                .urls = {{"https://a.b/c", "a.b", "https://a.b/c?d", "T", 2, 5}},
                .text_reply_to = "bob",
                .weighted_length = 27,
                .names = {{"org", "NASA", 1, 5}},
                .keywords = {"artemis", "pad"},
                .emoji = {{"🚀", "rocket", 26, 27}},
                .sentiment = Sentiment::positive,
                .score = 0.66,
                .sentiment_model = "rules",
                .abstained = "",
                .compound = 0.1 + 0.2,
                .positive = 0.33,
                .neutral = 0.67,
                .negative = 0,
                .words = {{0, 5, 0.41}},
                .profile = "full",
                .version = "5f0c11d2"};
  return t;
}

std::string reason(std::string_view line) {
  const auto read = read_neutral(line, kNow);
  const auto* refusal = std::get_if<Refusal>(&read);
  return refusal ? refusal->reason : "";
}

TEST(TweetJson, PackedFormsReadBackEqual) {
  const auto tweet = full();
  std::string packed;
  append_packed(packed, tweet.tweet);
  const auto again = read_packed(packed);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(*again, tweet.tweet);

  packed.clear();
  append_packed(packed, tweet);
  auto enriched = read_packed_enriched(packed);
  ASSERT_TRUE(enriched) << enriched.error().what;
  enriched->tweet.raw = tweet.tweet.raw;
  EXPECT_EQ(*enriched, tweet);
}

TEST(TweetJson, AnEmptyTweetPacksToo) {
  Tweet tweet{.id = "1", .source = "x"};
  std::string packed;
  append_packed(packed, tweet);
  EXPECT_EQ(*read_packed(packed), tweet);
}

TEST(TweetJson, WhatIsNotOursIsCorrupt) {
  for (const char* bad : {"", "{}", "[]", R"({"v":2,"id":"1"})", R"({"v":1})", R"({"v":1,"id":"1","counts":[1]})"}) {
    const auto read = read_packed(bad);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().code, ErrorCode::corrupt);
  }
}

TEST(TweetJson, MembersAreReadInAnyOrder) {
  const auto tweet = read_packed(R"({"url":"u","id":"7","zz":[1],"text":"b","source":"x","v":1})");
  ASSERT_TRUE(tweet);
  EXPECT_EQ(tweet->id + tweet->source + tweet->text + tweet->url, "7xbu");
}

TEST(TweetJson, ThePublicFormHasEveryMemberOfTheApi) {
  std::string out;
  append_public(out, full(), true);
  EXPECT_EQ(out.find(R"({"id":"2028096666858422273","source":"x","kind":"retweet","url":")"), 0u) << out;
  for (const char* member :
       {R"("author":{"id":"4477","handle":"ada","name":"Ada","followers":1204})", R"("replies":null)",
        R"("hashtags":[{"tag":"Artemis","start":17,"end":25}])", R"("media":[{"type":"photo"}])",
        R"("sentiment":{"label":"positive","score":0.66,"model":"rules","abstained":null,"words":[)",
        R"("created_at":"2026-03-01T13:15:00.000Z")"})
    EXPECT_NE(out.find(member), std::string::npos) << member << "\n" << out;
  EXPECT_EQ(out.find("raw"), std::string::npos);
}

TEST(TweetJson, ReadsItsOwnPublicForm) {
  auto tweet = full();
  tweet.tweet.action = Action::none;
  std::string out;
  append_public(out, tweet);
  const auto read = read_neutral(out, kNow);
  ASSERT_TRUE(std::holds_alternative<Tweet>(read)) << std::get<Refusal>(read).reason;
  const auto& again = std::get<Tweet>(read);
  EXPECT_EQ(again.text, tweet.tweet.text);
  EXPECT_EQ(again.author, tweet.tweet.author);
  EXPECT_EQ(again.metrics, tweet.tweet.metrics);
  EXPECT_EQ(again.reply_to_author, tweet.tweet.reply_to_author);
  EXPECT_EQ(kind_of(again), Kind::retweet);
}

TEST(Neutral, TakesTheWholeShape) {
  const auto read = read_neutral(
      R"({"id":"20","text":"hi &amp; bye","created_at":"2019-07-03T06:34:59.666Z","author":{"username":"jack","followers_count":5},)"
      R"("lang":"in","public_metrics":{"retweet_count":4000000000,"like_count":"100+","reply_count":1.5},)"
      R"("referenced_tweets":[{"type":"quoted","id":"7"}],"unknown":{"a":[1]}})",
      kNow);
  ASSERT_TRUE(std::holds_alternative<Tweet>(read));
  const auto& tweet = std::get<Tweet>(read);
  EXPECT_EQ(tweet.text, "hi &amp; bye");
  EXPECT_EQ(tweet.source, "x");
  EXPECT_EQ(tweet.lang_declared, "id");
  EXPECT_EQ(tweet.metrics, (Metrics{100, 4000000000, std::nullopt, std::nullopt}));
  EXPECT_EQ(kind_of(tweet), Kind::quote);
  EXPECT_EQ(tweet.url, "https://x.com/jack/status/20");
}

TEST(Neutral, RefusesWithTheExactReason) {
  const std::string rest = R"("created_at":"2019-07-03T06:34:59Z","author":{"id":"1"})";
  EXPECT_EQ(
      reason("{\"id\":\"1\",\"text\":\"a\",\"b\":" + std::string(70, '[') + std::string(70, ']') + "," + rest + "}"),
      "too_deep");
  EXPECT_EQ(reason("{\"id\":\"1\",\"text\":\"\xff\"," + rest + "}"), "invalid_utf8");
  EXPECT_EQ(reason("{\"id\":\"1\",\"text\":\"\xc0\xaf\"," + rest + "}"), "invalid_utf8");
  EXPECT_EQ(reason(R"({"id":"1","text":"\ud83d",)" + rest + "}"), "invalid_unicode");
  EXPECT_EQ(reason(R"({"id":"1","text":"\q",)" + rest + "}"), "not_json");
  EXPECT_EQ(reason(R"({"id":"1","text":"a\u0000b",)" + rest + "}"), "nul_in_text");
  EXPECT_EQ(reason("{\"id\":\"1\"},"), "not_json");
  EXPECT_EQ(reason("[]"), "not_object");
  EXPECT_EQ(reason("true"), "not_object");
  EXPECT_EQ(reason(R"({"text":"a",)" + rest + "}"), "bad_id");
  EXPECT_EQ(reason(R"({"id":"9223372036854775808","text":"a",)" + rest + "}"), "bad_id");
  EXPECT_EQ(reason(R"({"id":"1","text":true,)" + rest + "}"), "bad_text");
  EXPECT_EQ(reason(R"({"id":"1","text":"a","created_at":null,"author":{"id":"1"}})"), "bad_created_at");
  EXPECT_EQ(reason(R"({"id":"1","text":"a","created_at":"2006-03-20T23:59:59Z","author":{"id":"1"}})"),
            "created_at_out_of_range");
  EXPECT_EQ(reason(R"({"id":"1","text":"a","created_at":"2026-03-03T00:00:00Z","author":{"id":"1"}})"),
            "created_at_out_of_range");
  EXPECT_EQ(reason(R"({"id":"1","text":"a","created_at":"2019-07-03T06:34:59Z","author":[]})"), "bad_author");
  EXPECT_EQ(reason(R"({"id":"bluesky","source":"bluesky","text":"a",)" + rest + "}"), "bad_id");
  EXPECT_EQ(reason(std::string(1'000'001, ' ')), "too_long");
}

TEST(Neutral, TheFirstOfTwoEqualKeysWins) {
  const auto read =
      read_neutral(R"({"id":"1","id":"2","text":"a","created_at":"2019-07-03T06:34:59Z","author":{"id":"1"}})", kNow);
  EXPECT_EQ(std::get<Tweet>(read).id, "1");
}

TEST(Tweet, RevisionOrdersByEditsThenObservationThenCounts) {
  Tweet early{.id = "1", .observed_at = from_ms(1000)}, late{.id = "1", .observed_at = from_ms(2000)};
  early.metrics.likes = 30000;
  EXPECT_LT(revision_of(early), revision_of(late));
  Tweet edited{.id = "1", .edit_history = {"0", "1"}};
  EXPECT_GT(revision_of(edited), revision_of(late));
  late.metrics.likes = 1'000'000;
  edited.edit_history.assign(20, "x");
  EXPECT_LT(revision_of(edited), kTombstoneRevision);
}

TEST(Tweet, FingerprintIgnoresOnlyTheTimesOfObservation) {
  auto tweet = full().tweet;
  const auto before = fingerprint_of(tweet);
  tweet.observed_at = kNow + milliseconds(5);
  tweet.received_at = kNow + milliseconds(5);
  tweet.raw.clear();
  EXPECT_EQ(fingerprint_of(tweet), before);
  tweet.metrics.likes = 13;
  EXPECT_NE(fingerprint_of(tweet), before);
}

TEST(Tweet, NormalLanguage) {
  EXPECT_EQ(normal_language("en-US"), "en");
  EXPECT_EQ(normal_language("iw"), "he");
  EXPECT_EQ(normal_language("qht"), "und");
  EXPECT_EQ(normal_language("que"), "que");
  EXPECT_EQ(normal_language("zxx"), "und");
  EXPECT_EQ(normal_language("e1"), "und");
  EXPECT_EQ(normal_language(""), "");
}

// Looks at one byte after the other, as the JSON standard asks.
std::string escaped(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += c < 0x10 ? "\\u000" : "\\u001";
      out += "0123456789abcdef"[c & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

TEST(JsonString, EscapesEachByteAtEachPlace) {
  for (std::size_t place = 0; place < 20; ++place) {
    for (int byte = 0; byte < 0x100; ++byte) {
      std::string text(20, 'a');
      text[place] = static_cast<char>(byte);
      if (place > 0) text[place - 1] = ' ';
      std::string out;
      append_json_string(out, text);
      ASSERT_EQ(out, escaped(text)) << "byte " << byte << " at " << place;
    }
  }
}

TEST(JsonNumber, RoundsLikePrintf) {
  std::string out;
  for (const double value : {0.125, -2.675, 1e21, 0.00005, 123456.78995}) {
    append_json_number(out, value, 2);
    out += ' ';
  }
  EXPECT_EQ(out, "0.12 -2.67 1000000000000000000000.0 0.0 123456.79 ");
}

TEST(JsonNumber, KeepsOneDecimalAndNoMinusZero) {
  std::string out;
  for (const double value : {0.0, -0.00001, 0.5, 0.8848, 1.0}) {
    append_json_number(out, value, 4);
    out += ' ';
  }
  EXPECT_EQ(out, "0.0 0.0 0.5 0.8848 1.0 ");
}

}  // namespace
}  // namespace tweetpulse
