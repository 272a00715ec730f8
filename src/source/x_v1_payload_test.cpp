#include <gtest/gtest.h>

#include "source/payload.h"
#include "source/x_text.h"

namespace tweetpulse {
namespace {

const Time kReceived = *parse_rfc3339("2026-03-01T12:00:00Z");

Received read(std::string_view line, bool keep_raw = true) {
  return read_line(Format::x_v1, line, kReceived, keep_raw);
}

Tweet only(std::string_view line) {
  const auto received = read(line);
  EXPECT_EQ(received.tweets.size(), 1u) << line;
  return received.tweets.empty() ? Tweet{} : received.tweets.back();
}

std::string reason(const Received& received) {
  const auto* refused = std::get_if<RefusedLine>(&received.rest);
  return refused ? refused->reason : "";
}

// The text that a span covers, by code points.
std::string slice(const std::string& text, int start, int end) {
  std::string out;
  int at = -1;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++at;
    if (at >= start && at < end) out += c;
  }
  return out;
}

// A status with these members put in front of the required ones.
std::string status(const std::string& more, const std::string& id = "1100000000000000001") {
  return "{" + more + R"("created_at":"Fri Feb 27 10:20:30 +0000 2026","id":1,"id_str":")" + id +
         R"(","user":{"id":77,"id_str":"77","screen_name":"mira","name":"Mira","followers_count":9}})";
}

TEST(XPayloadV1, ReadsAPlainStatus) {
  const auto line =
      status(R"("text":"hello","lang":"in","favorite_count":1,"retweet_count":2,"reply_count":3,"quote_count":4,)"
             R"("possibly_sensitive":true,"withheld_in_countries":["DE","FR"],)");
  const Tweet tweet = only(line);
  EXPECT_EQ(tweet.id, "1100000000000000001");
  EXPECT_EQ(tweet.source, "x");
  EXPECT_EQ(tweet.text, "hello");
  EXPECT_EQ(format_rfc3339(tweet.created_at), "2026-02-27T10:20:30.000Z");
  EXPECT_EQ(tweet.received_at, kReceived);
  EXPECT_EQ(tweet.observed_at, std::nullopt);
  EXPECT_EQ(tweet.author, (Author{"77", "mira", "Mira", 9}));
  EXPECT_EQ(tweet.lang_declared, "id");
  EXPECT_EQ(tweet.metrics, (Metrics{1, 2, 3, 4}));
  EXPECT_TRUE(tweet.sensitive);
  EXPECT_EQ(tweet.withheld_in, (std::vector<std::string>{"DE", "FR"}));
  EXPECT_EQ(tweet.url, "https://x.com/mira/status/1100000000000000001");
  EXPECT_EQ(tweet.raw, line);
}

TEST(XPayloadV1, KeepsNoRawWhenToldSo) {
  EXPECT_EQ(read(status(R"("text":"a",)"), false).tweets.back().raw, "");
}

TEST(XPayloadV1, PrefersTheStampInMilliseconds) {
  const Tweet tweet = only(status(R"("text":"a","timestamp_ms":"1772188200123",)"));
  EXPECT_EQ(to_ms(tweet.created_at), 1772188200123);
  EXPECT_EQ(tweet.observed_at, from_ms(1772188200123));
}

TEST(XPayloadV1, ReadsALineOf2011) {
  const Tweet tweet = only(
      R"({"text":"old","retweet_count":"100+","activities":{"a":[]},"id_str":"118865023456789012","user":{"id_str":"5"},)"
      R"("created_at":"Wed Sep 28 02:35:00 +0000 2011"})");
  EXPECT_EQ(tweet.metrics.retweets, 100);
  EXPECT_EQ(tweet.metrics.likes, std::nullopt);
  EXPECT_EQ(tweet.lang_declared, "");
  EXPECT_EQ(tweet.url, "https://x.com/i/status/118865023456789012");
}

TEST(XPayloadV1, TakesTheDigitsOfAnIdWithoutAString) {
  EXPECT_EQ(
      only(R"({"id":9007199254740993,"text":"a","created_at":"Fri Feb 27 10:20:30 +0000 2026","user":{"id":3}})").id,
      "9007199254740993");
}

TEST(XPayloadV1, TakesTheWholeTextWithItsOwnEntities) {
  const Tweet tweet = only(status(
      R"("text":"cut #one…","truncated":true,"entities":{"hashtags":[{"text":"one","indices":[4,8]}]},)"
      R"("extended_tweet":{"full_text":"the whole #two","entities":{"hashtags":[{"text":"two","indices":[10,14]}]},)"
      R"("extended_entities":{"media":[{"type":"animated_gif"}]}},)"));
  EXPECT_EQ(tweet.text, "the whole #two");
  ASSERT_EQ(tweet.declared.hashtags.size(), 1u);
  EXPECT_EQ(tweet.declared.hashtags[0], (DeclaredTag{"two", 10, 14}));
  EXPECT_EQ(tweet.media, std::vector<std::string>{"gif"});
}

TEST(XPayloadV1, TakesFullTextAtTheTop) {
  EXPECT_EQ(only(status(R"("full_text":"from REST",)")).text, "from REST");
}

TEST(XPayloadV1, DecodesEscapesOnceAndMovesTheSpans) {
  const Tweet tweet = only(status(
      R"("text":"é &amp;lt; &lt;3 @ann #x $Q http:\/\/t.co\/a &gt;","entities":{)"
      R"("user_mentions":[{"screen_name":"ann","id_str":"8","indices":[17,21]}],"hashtags":[{"text":"x","indices":[22,24]}],)"
      R"("symbols":[{"text":"Q","indices":[25,27]}],"urls":[{"url":"http://t.co/a","expanded_url":"http://e.x/","indices":[28,41]}]},)"));
  EXPECT_EQ(tweet.text, "é &lt; <3 @ann #x $Q http://t.co/a >");
  const auto& declared = tweet.declared;
  EXPECT_EQ(slice(tweet.text, declared.mentions.at(0).start, declared.mentions.at(0).end), "@ann");
  EXPECT_EQ(slice(tweet.text, declared.hashtags.at(0).start, declared.hashtags.at(0).end), "#x");
  EXPECT_EQ(slice(tweet.text, declared.cashtags.at(0).start, declared.cashtags.at(0).end), "$Q");
  EXPECT_EQ(slice(tweet.text, declared.urls.at(0).start, declared.urls.at(0).end), "http://t.co/a");
  EXPECT_EQ(declared.mentions[0].id, "8");
  EXPECT_EQ(declared.urls[0].expanded_url, "http://e.x/");
}

TEST(XPayloadV1, DropsASpanThatDoesNotLieInTheText) {
  const Tweet tweet =
      only(status(R"("text":"abc","entities":{"hashtags":[{"text":"a","indices":[2,9]},{"text":"b","indices":[-1,2]},)"
                  R"({"text":"c","indices":[2,2]},{"text":"d"}]},)"));
  EXPECT_TRUE(tweet.declared.hashtags.empty());
}

TEST(XPayloadV1, CountsTheLinkOfFourPhotosOnce) {
  const std::string medium = R"({"url":"http://t.co/p","expanded_url":"http://p","type":"photo","indices":[2,15]})";
  const Tweet tweet = only(status(R"("text":"a http://t.co/p","entities":{"media":[)" + medium +
                                  R"(]},"extended_entities":{"media":[)" + medium + "," + medium + "]},"));
  EXPECT_EQ(tweet.declared.urls.size(), 1u);
  EXPECT_EQ(tweet.media, (std::vector<std::string>{"photo", "photo"}));
}

TEST(XPayloadV1, ReadsAReply) {
  const Tweet tweet = only(status(
      R"("text":"a","in_reply_to_status_id_str":"5","in_reply_to_user_id_str":"6","in_reply_to_screen_name":"bo",)"));
  EXPECT_EQ(tweet.reply_to, "5");
  EXPECT_EQ(tweet.reply_to_author, (Account{"6", "bo"}));
  EXPECT_EQ(kind_of(tweet), Kind::reply);
}

TEST(XPayloadV1, EmitsCarriedOriginalsBeforeTheirCarrier) {
  const auto quoted = status(R"("text":"quoted",)", "1100000000000000003");
  const auto original =
      status(R"("text":"original","quoted_status_id_str":"1100000000000000003","quoted_status":)" + quoted + ",",
             "1100000000000000002");
  const auto received = read(
      status(R"("text":"RT @mira: orig…","timestamp_ms":"1772188200123","quoted_status_id_str":"1100000000000000003",)"
             R"("retweeted_status":)" +
             original + R"(,"quoted_status":)" + quoted + ","));
  std::vector<std::string> ids;
  for (const auto& tweet : received.tweets) {
    ids.push_back(tweet.id.substr(18));
    EXPECT_EQ(tweet.observed_at, from_ms(1772188200123));
    EXPECT_EQ(tweet.raw.empty(), tweet.id != "1100000000000000001");
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"3", "2", "3", "1"}));
  const Tweet& retweet = received.tweets.back();
  EXPECT_EQ(retweet.retweet_of, "1100000000000000002");
  EXPECT_EQ(retweet.quote_of, "");
  EXPECT_EQ(retweet.text, "RT @mira: orig…");
  EXPECT_EQ(received.tweets[1].quote_of, "1100000000000000003");
}

TEST(XPayloadV1, RefusesWithTheReason) {
  EXPECT_EQ(reason(read(status(R"("text":"a",)", "0123"))), "bad_id");
  EXPECT_EQ(reason(read(status(R"("text":"a",)", "9223372036854775808"))), "bad_id");
  EXPECT_EQ(reason(read(status(R"("text":7,)"))), "bad_text");
  EXPECT_EQ(reason(read(status(R"("text":"a\u0000b",)"))), "nul_in_text");
  EXPECT_EQ(reason(read(status(R"("text":"\ud83d",)"))), "invalid_unicode");
  EXPECT_EQ(reason(read(R"({"id_str":"1","text":"a","created_at":"yesterday","user":{"id_str":"2"}})")),
            "bad_created_at");
  EXPECT_EQ(
      reason(read(
          R"({"id_str":"1","text":"a","created_at":"Fri Feb 27 10:20:30 +0000 2026","timestamp_ms":"1","user":{}})")),
      "created_at_out_of_range");
  EXPECT_EQ(reason(read(status(R"("text":"a",)") + "}")), "not_json");
  EXPECT_EQ(reason(read("[1]")), "not_object");
  EXPECT_EQ(reason(read("{\"text\":\"\xff\"}")), "invalid_utf8");
  EXPECT_EQ(reason(read(R"({"a":1})")), "unknown_shape");
}

TEST(XPayloadV1, TakesAStatusWithoutAuthor) {
  EXPECT_EQ(only(R"({"id_str":"1","text":"a","created_at":"Fri Feb 27 10:20:30 +0000 2026"})").author, Author{});
}

TEST(XPayloadV1, TakesTheTimeOfTheIdWhenNoneIsGiven) {
  EXPECT_EQ(to_ms(only(R"({"id_str":"1146304822532030464","text":"a"})").created_at) / 1000, 1562135341);
}

TEST(XPayloadV1, TurnsADeleteNoticeIntoAnErasure) {
  const Tweet tweet = only(
      R"({"delete":{"status":{"id":650034844559376384,"id_str":"650034844559376385","user_id_str":"2"},"timestamp_ms":"1562132240183"}})");
  EXPECT_EQ(tweet.action, Action::erase);
  EXPECT_EQ(tweet.id, "650034844559376385");
  EXPECT_EQ(tweet.event_at, from_ms(1562132240183));
  EXPECT_EQ(tweet.raw, "");
}

TEST(XPayloadV1, ReadsTheOtherNotices) {
  Tweet tweet = only(
      R"({"scrub_geo":{"user_id":1,"user_id_str":"51","up_to_status_id":411552403083628540,"up_to_status_id_str":"411552403083628544","timestamp_ms":"1432228180345"}})");
  EXPECT_EQ(tweet.action, Action::scrub_geo);
  EXPECT_EQ(tweet.author.id, "51");
  EXPECT_EQ(tweet.up_to_id, "411552403083628544");
  EXPECT_EQ(tweet.id, "x:51:scrub_geo:1432228180345");
  tweet = only(
      R"({"status_withheld":{"status":{"id_str":"60","user_id_str":"3"},"withheld_in_countries":["XY"],"timestamp_ms":"1432228155593"}})");
  EXPECT_EQ(tweet.action, Action::withhold);
  EXPECT_EQ(tweet.id, "60");
  EXPECT_EQ(tweet.withheld_in, std::vector<std::string>{"XY"});
  tweet = only(R"({"status_withheld":{"id":62,"user_id":3,"withheld_in_countries":["DE","AR"]}})");
  EXPECT_EQ(tweet.id, "62");
  tweet = only(R"({"user_withheld":{"id":61,"withheld_in_countries":["DE"],"timestamp_ms":"1432228155593"}})");
  EXPECT_EQ(tweet.id, "x:61:withhold:1432228155593");
  tweet = only(R"({"user_delete":{"id":771136850,"timestamp_ms":"1432228153548"}})");
  EXPECT_EQ(tweet.action, Action::erase_author);
  EXPECT_EQ(tweet.author.id, "771136850");
  EXPECT_EQ(only(R"({"user_protect":{"id":7,"timestamp_ms":"1432228153548"}})").action, Action::hide_author);
  EXPECT_EQ(only(R"({"user_unsuspend":{"id":7,"timestamp_ms":"1432228153548"}})").action, Action::show_author);
}

TEST(XPayloadV1, FiltersLimitAndWarning) {
  for (const char* line : {R"({"limit":{"track":12}})", R"({"warning":{"code":"FALLING_BEHIND","percent_full":60}})"}) {
    const auto received = read(line);
    EXPECT_TRUE(received.tweets.empty());
    EXPECT_TRUE(std::holds_alternative<FilteredLine>(received.rest)) << line;
  }
}

TEST(XPayloadV1, RefusesANoticeWithoutItsId) {
  EXPECT_EQ(reason(read(R"({"delete":{"status":{},"timestamp_ms":"1562132240183"}})")), "bad_id");
  EXPECT_EQ(reason(read(R"({"user_delete":{"timestamp_ms":"1562132240183"}})")), "bad_author");
}

TEST(XTexts, AreDecodedOnceInNeutralLinesToo) {
  Tweet tweet;
  tweet.text = "a &amp;amp; #b";
  tweet.declared.hashtags = {{"b", 12, 14}, {"c", -1, -1}};
  decode_x_escapes(tweet);
  EXPECT_EQ(tweet.text, "a &amp; #b");
  EXPECT_EQ(tweet.declared.hashtags, (std::vector<DeclaredTag>{{"b", 8, 10}, {"c", -1, -1}}));
}

TEST(XTexts, KnowOnlyThreeEscapes) {
  EXPECT_EQ(XText("&quot;&#39;&nbsp;&am&;&lt").plain(), "&quot;&#39;&nbsp;&am&;&lt");
}

}  // namespace
}  // namespace tweetpulse
