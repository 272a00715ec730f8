#include <gtest/gtest.h>

#include "source/payload.h"

namespace tweetpulse {
namespace {

const Time kReceived = *parse_rfc3339("2026-03-01T12:00:00Z");

Received read(std::string_view line) {
  return read_line(Format::x_v2, line, kReceived, true);
}

std::string reason(const Received& received) {
  const auto* refused = std::get_if<RefusedLine>(&received.rest);
  return refused ? refused->reason : "";
}

constexpr std::string_view kLine =
    R"({"data":{"id":"1800000000000000001","text":"Tea &amp; #cake by @bo for $AB https://t.co/a","author_id":"10",)"
    R"("created_at":"2026-02-27T10:20:30.456Z","lang":"en-US","conversation_id":"1800000000000000000","in_reply_to_user_id":"11",)"
    R"("edit_history_tweet_ids":["1799999999999999999","1800000000000000001"],"possibly_sensitive":true,)"
    R"("public_metrics":{"retweet_count":1,"reply_count":2,"like_count":3,"quote_count":4,"impression_count":9},)"
    R"("referenced_tweets":[{"type":"replied_to","id":"1800000000000000000"},{"type":"quoted","id":"1700000000000000007"}],)"
    R"("attachments":{"media_keys":["3_1","7_2"]},"withheld":{"copyright":false,"country_codes":["DE"]},)"
    R"("entities":{"hashtags":[{"start":10,"end":15,"tag":"cake"}],"mentions":[{"start":19,"end":22,"username":"bo","id":"11"}],)"
    R"("cashtags":[{"start":27,"end":30,"tag":"AB"}],"urls":[{"start":31,"end":45,"url":"https://t.co/a","expanded_url":"https://s.x/1",)"
    R"("unwound_url":"https://e.x/long","title":"A page"}]}},)"
    R"("includes":{"users":[{"id":"10","username":"ann","name":"Ann","public_metrics":{"followers_count":5}},{"id":"11","username":"bo"}],)"
    R"("tweets":[{"id":"1700000000000000007","text":"quoted","author_id":"12","created_at":"2025-01-01T00:00:00Z"}],)"
    R"("media":[{"media_key":"3_1","type":"photo"},{"media_key":"7_2","type":"animated_gif"}]},)"
    R"("matching_rules":[{"id":"99","tag":"tea"}]})";

TEST(XPayloadV2, ReadsAStreamLineWithWhatItCarriesFirst) {
  const auto received = read(kLine);
  ASSERT_EQ(received.tweets.size(), 2u);
  EXPECT_EQ(received.tweets[0].id, "1700000000000000007");
  EXPECT_EQ(received.tweets[0].author, (Author{"12", "", "", std::nullopt}));
  EXPECT_EQ(received.tweets[0].raw, "");
  const Tweet& tweet = received.tweets[1];
  EXPECT_EQ(tweet.id, "1800000000000000001");
  EXPECT_EQ(tweet.text, "Tea & #cake by @bo for $AB https://t.co/a");
  EXPECT_EQ(format_rfc3339(tweet.created_at), "2026-02-27T10:20:30.456Z");
  EXPECT_EQ(tweet.observed_at, std::nullopt);
  EXPECT_EQ(tweet.author, (Author{"10", "ann", "Ann", 5}));
  EXPECT_EQ(tweet.lang_declared, "en");
  EXPECT_EQ(tweet.metrics, (Metrics{3, 1, 2, 4}));
  EXPECT_EQ(tweet.reply_to, "1800000000000000000");
  EXPECT_EQ(tweet.quote_of, "1700000000000000007");
  EXPECT_EQ(tweet.reply_to_author, (Account{"11", "bo"}));
  EXPECT_EQ(tweet.conversation, "1800000000000000000");
  EXPECT_EQ(tweet.edit_history.size(), 2u);
  EXPECT_EQ(tweet.media, (std::vector<std::string>{"photo", "gif"}));
  EXPECT_EQ(tweet.withheld_in, std::vector<std::string>{"DE"});
  EXPECT_EQ(tweet.matching_rules, (std::vector<MatchingRule>{{"99", "tea"}}));
  EXPECT_EQ(tweet.raw, kLine);
  EXPECT_EQ(tweet.url, "https://x.com/ann/status/1800000000000000001");
}

TEST(XPayloadV2, MovesSpansByTheEscapesBeforeThem) {
  const Declared declared = read(kLine).tweets[1].declared;
  EXPECT_EQ(declared.hashtags, (std::vector<DeclaredTag>{{"cake", 6, 11}}));
  EXPECT_EQ(declared.mentions, (std::vector<DeclaredMention>{{"bo", "11", 15, 18}}));
  EXPECT_EQ(declared.cashtags, (std::vector<DeclaredTag>{{"AB", 23, 26}}));
  EXPECT_EQ(declared.urls, (std::vector<DeclaredUrl>{{"https://t.co/a", "https://e.x/long", "A page", 27, 41}}));
}

TEST(XPayloadV2, ReadsTheSpellingOf2026) {
  const auto received = read(
      R"({"data":{"id":"1800000000000000001","text":"cut","note_post":{"text":"the whole #n","entities":{"hashtags":[{"start":10,"end":12,"tag":"n"}]}},)"
      R"("edit_history_post_ids":["5","1800000000000000001"],"referenced_posts":[{"type":"retweeted","id":"6"}],"public_metrics":{"repost_count":8}},)"
      R"("includes":{"posts":[{"id":"1700000000000000006","text":"carried"}]}})");
  ASSERT_EQ(received.tweets.size(), 2u);
  EXPECT_EQ(received.tweets[0].text, "carried");
  EXPECT_EQ(received.tweets[1].text, "the whole #n");
  EXPECT_EQ(received.tweets[1].declared.hashtags, (std::vector<DeclaredTag>{{"n", 10, 12}}));
  EXPECT_EQ(received.tweets[1].edit_history.size(), 2u);
  EXPECT_EQ(received.tweets[1].retweet_of, "6");
  EXPECT_EQ(received.tweets[1].metrics.retweets, 8);
}

TEST(XPayloadV2, TakesTheWholeTextOfALongPost) {
  const auto received = read(
      R"({"data":{"id":"1800000000000000001","text":"cut #a…","entities":{"hashtags":[{"start":4,"end":6,"tag":"a"}]},"note_tweet":{"text":"whole"}}})");
  EXPECT_EQ(received.tweets.at(0).text, "whole");
  EXPECT_TRUE(received.tweets.at(0).declared.hashtags.empty());
}

TEST(XPayloadV2, TakesTheTimeOfTheIdOrOfReceivingWhenNoneIsGiven) {
  EXPECT_EQ(to_ms(read(R"({"data":{"id":"1146304822532030464","text":"a"}})").tweets.at(0).created_at) / 1000,
            1562135341);
  EXPECT_EQ(read(R"({"data":{"id":"123","text":"a"}})").tweets.at(0).created_at, kReceived);
}

TEST(XPayloadV2, ReadsAPageWithARawOfEachPost) {
  const auto received = read(R"({"data":[{"id":"11", "text":"a"},{"id":"12","text":"b"}],"meta":{"result_count":2}})");
  ASSERT_EQ(received.tweets.size(), 2u);
  EXPECT_EQ(received.tweets[0].raw, R"({"id":"11","text":"a"})");
  EXPECT_EQ(received.tweets[1].id, "12");
}

TEST(XPayloadV2, KeepsTheGoodPostsOfAPageAndNamesTheBadOne) {
  const auto received = read(R"({"data":[{"id":"x","text":"a"},{"id":"12","text":"b"}],"meta":{}})");
  EXPECT_EQ(received.tweets.size(), 1u);
  EXPECT_EQ(reason(received), "bad_id");
}

TEST(XPayloadV2, TakesAnEmptyPageForNothing) {
  const auto received = read(R"({"meta":{"result_count":0}})");
  EXPECT_TRUE(received.tweets.empty());
  EXPECT_EQ(reason(received), "");
}

TEST(XPayloadV2, FiltersErrorsAlone) {
  EXPECT_TRUE(std::holds_alternative<FilteredLine>(read(R"({"errors":[{"title":"operational-disconnect"}]})").rest));
}

TEST(XPayloadV2, RefusesWithTheReason) {
  EXPECT_EQ(reason(read(R"({"data":{"text":"a"}})")), "bad_id");
  EXPECT_EQ(reason(read(R"({"data":{"id":"12"}})")), "bad_text");
  EXPECT_EQ(reason(read(R"({"data":{"id":"12","text":"a\u0000"}})")), "nul_in_text");
  EXPECT_EQ(reason(read(R"({"data":{"id":"12","text":"a","created_at":"2026-13-01T00:00:00Z"}})")), "bad_created_at");
  EXPECT_EQ(reason(read(R"({"data":{"id":"12","text":"a","created_at":"2005-01-01T00:00:00Z"}})")),
            "created_at_out_of_range");
  EXPECT_EQ(reason(read(R"({"hello":1})")), "unknown_shape");
}

TEST(XPayloadV2, ReadsComplianceEvents) {
  auto tweet = read(R"({"data":{"delete":{"tweet":{"id":"1","author_id":"2"},"event_at":"2021-07-06T18:40:40.000Z"}}})")
                   .tweets.at(0);
  EXPECT_EQ(tweet.action, Action::erase);
  EXPECT_EQ(tweet.id, "1");
  EXPECT_EQ(format_rfc3339(*tweet.event_at), "2021-07-06T18:40:40.000Z");
  tweet = read(R"({"data":{"undrop":{"tweet":{"id":"1"},"event_at":"2021-07-06T18:40:40.000Z"}}})").tweets.at(0);
  EXPECT_EQ(tweet.action, Action::restore);
  tweet =
      read(
          R"({"data":{"tweet_edit":{"tweet":{"id":"3"},"initial_tweet_id":"1","edit_tweet_ids":["1","3"],"event_at":"2021-07-06T18:40:40.000Z"}}})")
          .tweets.at(0);
  EXPECT_EQ(tweet.edit_history, (std::vector<std::string>{"1", "3"}));
  tweet = read(R"({"data":{"user_delete":{"user":{"id":"2"},"event_at":"2021-07-06T18:40:40.000Z"}}})").tweets.at(0);
  EXPECT_EQ(tweet.action, Action::erase_author);
  EXPECT_EQ(tweet.author.id, "2");
}

TEST(Payloads, AreToldApartByTheirFirstObject) {
  EXPECT_EQ(detect_format(kLine), Format::x_v2);
  EXPECT_EQ(detect_format(R"({"id":"1","text":"a","created_at":"2026-01-01T00:00:00Z"})"), Format::neutral);
  EXPECT_EQ(
      detect_format(R"({"id":1,"id_str":"1","text":"a","user":{},"created_at":"Fri Feb 27 10:20:30 +0000 2026"})"),
      Format::x_v1);
  EXPECT_EQ(detect_format(R"({"delete":{"status":{"id_str":"1"}}})"), Format::x_v1);
  EXPECT_EQ(detect_format(R"({"errors":[{"title":"a"}]})"), Format::x_v2);
  EXPECT_EQ(detect_format(R"({"did":"did:plc:a","kind":"commit"})"), std::nullopt);
  EXPECT_EQ(detect_format("not json"), std::nullopt);
}

TEST(Payloads, HaveNamesForTheirFormats) {
  for (const Format format : {Format::detect, Format::neutral, Format::x_v1, Format::x_v2}) {
    EXPECT_EQ(format_from(to_string(format)), format);
  }
  EXPECT_EQ(format_from("csv"), std::nullopt);
}

TEST(Payloads, KeepARefusedLineToItsFirst64Kilobytes) {
  const auto received = read_line(Format::detect, "{" + std::string(100'000, ' '), kReceived, true);
  ASSERT_EQ(reason(received), "not_json");
  EXPECT_EQ(std::get<RefusedLine>(received.rest).payload.size(), kKeptPayload);
}

TEST(Payloads, LeaveANeutralTextAsItIs) {
  const auto received = read_line(
      Format::neutral, R"({"id":"1","text":"a &amp; b","created_at":"2026-01-01T00:00:00Z","author":{"id":"2"}})",
      kReceived, true);
  EXPECT_EQ(received.tweets.at(0).text, "a &amp; b");
  EXPECT_EQ(received.tweets.at(0).raw, "");
}

}  // namespace
}  // namespace tweetpulse
