#include "store/store_contract.h"

#include <atomic>
#include <random>

#include <unistd.h>

#include "driver/postgres.h"
#include "support/servers.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

std::filesystem::path fresh_place() {
  static std::atomic<int> number{0};
  const auto name = "tweetpulse_store_" + std::to_string(::getpid()) + "_" + std::to_string(++number);
  const auto place = std::filesystem::temp_directory_path() / name;
  std::filesystem::remove_all(place);
  std::filesystem::create_directories(place);
  return place;
}

EnrichedTweet random_post(std::mt19937& random, const std::string& id) {
  const auto pick = [&](std::int64_t below) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
  };
  // The author and the time of a post never change; what is observed of it does.
  const auto number = std::stoll(id);
  auto post = observed(a_post(id, number * 900, std::to_string(number % 5)), number * 900 + pick(6), pick(4));
  // The analysis of a text is always the same.
  const auto text = pick(6);
  post.tweet.text += std::to_string(text);
  post.analysis.language = std::vector<std::string>{"en", "es", ""}[static_cast<std::size_t>(text % 3)];
  if (text % 2 == 0) post.analysis.sentiment.reset();
  if (pick(4) == 0) post.tweet.reply_to = "99";
  post.tweet.raw = "{\"text\":\"" + post.tweet.text + "\"}";
  return post;
}

}  // namespace

std::vector<StoreAdapter> store_adapters() {
  std::vector<StoreAdapter> adapters = {
      {"sqlite", [](const std::filesystem::path& place, const StoreOptions& options) {
         return open(SqliteStoreConfig{place / "store.db", options.aggregations, options.country});
       }}};
  if (const auto url = server_url("POSTGRES"))
    adapters.push_back({"postgres", [url = *url](const std::filesystem::path& place, const StoreOptions& options) {
                          PostgresStoreConfig config;
                          config.url = with_schema(url, place.filename().string());
                          config.connections = 2;
                          config.aggregations = options.aggregations;
                          config.country = options.country;
                          return open(config);
                        }});
  return adapters;
}

std::string with_schema(const std::string& url, const std::string& schema) {
  return url + (url.find('?') == std::string::npos ? "?" : "&") + "schema=" + schema;
}

void drop_schema(const std::string& schema) {
  const auto url = server_url("POSTGRES");
  if (!url) return;
  const auto connection = postgres::Connection::open({.url = *url});
  if (connection) (void)(*connection)->script("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
}

EnrichedTweet a_post(std::string id, std::int64_t second, std::string author) {
  EnrichedTweet enriched;
  Tweet& tweet = enriched.tweet;
  tweet.id = std::move(id);
  tweet.source = "x";
  tweet.text = "Artemis is on the pad \U0001F680 \"quoted\" #NASA";
  tweet.created_at = tweet.received_at = at(second);
  tweet.observed_at = at(second);
  tweet.author = {std::move(author), "Ada_L", "Ada", 12};
  tweet.lang_declared = "en";
  tweet.metrics.likes = 1;
  tweet.raw = R"({"id":")" + tweet.id + R"(","geo":{"type":"Point"},"text":"t"})";
  enriched.analysis.language = "en";
  enriched.analysis.sentiment = Sentiment::positive;
  enriched.analysis.score = 0.5;
  enriched.analysis.keywords = {"artemis", "pad"};
  enriched.analysis.version = "0badcafe";
  return enriched;
}

EnrichedTweet an_action(Action action, std::string id, std::int64_t second) {
  EnrichedTweet enriched;
  enriched.tweet.id = std::move(id);
  enriched.tweet.source = "x";
  enriched.tweet.action = action;
  enriched.tweet.event_at = enriched.tweet.received_at = at(second);
  return enriched;
}

EnrichedTweet an_author_action(Action action, const std::string& author, std::int64_t second) {
  const std::string id = "x:" + author + ":" + std::string(to_string(action)) + ":" + std::to_string(to_ms(at(second)));
  EnrichedTweet enriched = an_action(action, id, second);
  enriched.tweet.author.id = author;
  return enriched;
}

EnrichedTweet observed(EnrichedTweet tweet, std::int64_t second, std::int64_t likes) {
  tweet.tweet.observed_at = at(second);
  tweet.tweet.metrics.likes = likes;
  return tweet;
}

EnrichedTweet an_edit(std::string id, std::vector<std::string> history, std::int64_t second) {
  EnrichedTweet tweet = a_post(std::move(id), second);
  tweet.tweet.edit_history = std::move(history);
  return tweet;
}

std::vector<EnrichedTweet> random_feed(std::uint32_t seed, std::size_t size) {
  std::mt19937 random(seed);
  std::vector<EnrichedTweet> feed;
  while (feed.size() < size) {
    const auto number = 10 + static_cast<std::int64_t>(random() % 26);
    const std::string id = std::to_string(number);
    const auto second = static_cast<std::int64_t>(random() % 50);
    switch (random() % 12) {
      case 0:
        feed.push_back(an_action(Action::erase, id, second));
        break;
      case 1: {
        feed.push_back(an_action(Action::withhold, id, second));
        if (second % 2 == 0) feed.back().tweet.withheld_in = {"XX"};
        break;
      }
      case 2:
        feed.push_back(an_author_action(second % 2 == 0 ? Action::hide_author : Action::show_author,
                                        std::to_string(number % 5), second));
        break;
      default: {
        auto post = random_post(random, id);
        if (number >= 30) post.tweet.edit_history = {std::to_string(number / 2 * 2)};
        if (number >= 30 && number % 2 == 1) post.tweet.edit_history.push_back(id);
        feed.push_back(std::move(post));
      }
    }
  }
  return feed;
}

void StoreContract::SetUp() {
  start_empty();
}

void StoreContract::TearDown() {
  clear();
}

void StoreContract::clear() {
  store.reset();
  if (place_.empty()) return;
  std::filesystem::remove_all(place_);
  if (GetParam().name == "postgres") drop_schema(place_.filename().string());
}

void StoreContract::start_empty() {
  clear();
  place_ = fresh_place();
  start({});
}

std::unique_ptr<TweetStore> StoreContract::open_again(const StoreOptions& options) {
  auto opened = GetParam().open(place_, options);
  if (!opened) {
    ADD_FAILURE() << opened.error().what;
    std::abort();
  }
  return std::move(*opened);
}

SaveReport StoreContract::save(std::vector<EnrichedTweet> batch) {
  std::vector<std::string> receipts;
  for (std::size_t i = 0; i < batch.size(); ++i) receipts.push_back(std::to_string(++receipts_) + "-0");
  return save_from("w1", std::move(batch), std::move(receipts));
}

SaveReport StoreContract::save_from(const std::string& consumer, std::vector<EnrichedTweet> batch,
                                    std::vector<std::string> receipts) {
  auto report = store->save(batch, {consumer, std::move(receipts)});
  if (!report) {
    ADD_FAILURE() << report.error().what;
    return {};
  }
  const auto classes = report->created + report->changed + report->erased + report->duplicate + report->redelivered +
                       static_cast<std::int64_t>(report->refused.size());
  EXPECT_EQ(classes, static_cast<std::int64_t>(batch.size())) << "each entry is in one class";
  return *report;
}

SaveReport StoreContract::save_as_api(std::vector<EnrichedTweet> batch) {
  return save_from("", std::move(batch), {});
}

std::vector<std::string> StoreContract::visible_ids() {
  std::vector<std::string> ids;
  const auto found = store->find({.descending = false, .limit = 100'000});
  if (!found) ADD_FAILURE() << found.error().what;
  for (const auto& tweet : *found) ids.push_back(tweet.tweet.id);
  return ids;
}

std::optional<EnrichedTweet> StoreContract::stored(const std::string& id) {
  const auto tweets = store->tweets(std::vector<std::string>{id});
  if (!tweets) ADD_FAILURE() << tweets.error().what;
  if (tweets->empty()) return std::nullopt;
  return tweets->front();
}

std::int64_t StoreContract::revision(const std::string& id) {
  const auto rows = store->revisions("", 100'000);
  if (!rows) ADD_FAILURE() << rows.error().what;
  for (const auto& row : *rows) {
    if (row.id == id) return row.revision;
  }
  return -2;
}

std::int64_t StoreContract::counted() {
  const auto hours = store->hourly(Dimension::none, {}, {}, {}, 100'000);
  if (!hours) ADD_FAILURE() << hours.error().what;
  std::int64_t tweets = 0;
  for (const auto& hour : *hours) tweets += hour.tweets;
  return tweets;
}

void StoreContract::expect_hours_equal_recount() {
  const auto recount = store->recount();
  ASSERT_TRUE(recount) << recount.error().what;
  EXPECT_EQ(recount->different_hours, std::vector<std::string>{});
  EXPECT_EQ(recount->tweets_in_hours, recount->live_rows);
}

void StoreContract::expect_books_equal_rows() {
  const auto totals = store->books().worker_totals();
  const auto recount = store->recount();
  ASSERT_TRUE(totals && recount);
  EXPECT_EQ(totals->created, recount->rows);
}

std::string StoreContract::dump() {
  std::string text;
  const auto found = store->find({.descending = false, .limit = 100'000});
  for (auto tweet : *found) {
    tweet.tweet.received_at = {};
    append_packed(text, tweet);
    text += ' ' + *store->raw(tweet.tweet.id) + '\n';
  }
  const auto rows = store->revisions("", 100'000);
  for (const auto& row : *rows) text += row.id + ' ' + std::to_string(row.revision) + '\n';
  for (const auto dimension :
       {Dimension::none, Dimension::lang, Dimension::source, Dimension::kind, Dimension::sentiment}) {
    const auto hours = store->hourly(dimension, {}, {}, {}, 100'000);
    for (const auto& hour : *hours) {
      text += format_rfc3339(hour.hour) + ' ' + hour.value + ' ' + std::to_string(hour.tweets) + '\n';
    }
  }
  return text;
}

}  // namespace tweetpulse
