#include "api/api_fixture.h"

#include <algorithm>
#include <map>

#include "coordination/adapters.h"
#include "feed/adapters.h"
#include "queue/adapters.h"
#include "search/adapters.h"
#include "store/adapters.h"

namespace tweetpulse::api {
namespace {

void set_mood(EnrichedTweet& tweet, Sentiment label, double score) {
  tweet.analysis.sentiment = label;
  tweet.analysis.score = score;
  tweet.analysis.sentiment_model = "rules";
}

void tag(EnrichedTweet& tweet, std::string text, int start) {
  const int end = start + static_cast<int>(text.size()) + 1;
  tweet.analysis.hashtags.push_back({std::move(text), start, end});
}

bool same(simdjson::dom::element left, simdjson::dom::element right, const std::vector<std::string_view>& masked);

bool same_objects(simdjson::dom::object left, simdjson::dom::object right,
                  const std::vector<std::string_view>& masked) {
  if (left.size() != right.size()) return false;
  for (const auto& [name, value] : left) {
    simdjson::dom::element other;
    if (right[name].get(other) != simdjson::SUCCESS) return false;
    const bool hidden = std::find(masked.begin(), masked.end(), name) != masked.end();
    if (!hidden && !same(value, other, masked)) return false;
  }
  return true;
}

bool same(simdjson::dom::element left, simdjson::dom::element right, const std::vector<std::string_view>& masked) {
  if (left.is_number() && right.is_number()) return double(left) == double(right);
  if (left.type() != right.type()) return false;
  if (left.is_object()) return same_objects(left, right, masked);
  if (!left.is_array()) return simdjson::minify(left) == simdjson::minify(right);
  const simdjson::dom::array mine = left, theirs = right;
  if (mine.size() != theirs.size()) return false;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (!same(mine.at(i), theirs.at(i), masked)) return false;
  }
  return true;
}

}  // namespace

ApiTest::ApiTest() {
  queue = open(SqliteQueueConfig{.file = folder.path() / "queue.db"}).value();
  store = open(SqliteStoreConfig{.file = folder.path() / "store.db"}).value();
  index = open(SqliteIndexConfig{.file = folder.path() / "search.db"}).value();
  feed = open(LocalFeedConfig{}).value();
  cache = open(LocalCacheConfig{}).value();
  seen = open(LocalSeenFilterConfig{}).value();
  intake = std::make_unique<PushIntake>(*queue, *seen, *store, true);
  ApiConfig config;
  config.cursor_key = "an unchanging key of the tests 32";
  config.build.version = "1.2.3";
  make(std::move(config));
}

ApiTest::~ApiTest() = default;

Api& ApiTest::make(ApiConfig config) {
  Ports ports{.search = *index,
              .store = *store,
              .queue = *queue,
              .feed = *feed,
              .cache = *cache,
              .seen = *seen,
              .intake = *intake};
  ports.clock = [this] { return clock; };
  ports.checks = checks;
  api.reset();
  api = std::make_unique<Api>(std::move(ports), std::move(config));
  return *api;
}

HttpResponse ApiTest::get(std::string_view target, HttpHeaders headers) {
  return send("GET", target, "", std::move(headers));
}

HttpResponse ApiTest::send(std::string_view method, std::string_view target, std::string body, HttpHeaders headers) {
  HttpRequest request;
  request.method = method;
  request.target = target;
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.remote = "127.0.0.1";
  return api->handle(request);
}

void ApiTest::save(const std::vector<EnrichedTweet>& tweets) {
  ASSERT_TRUE(store->save(tweets, {}));
  const auto refused = index->index(tweets);
  ASSERT_TRUE(refused);
  ASSERT_TRUE(refused->empty());
}

EnrichedTweet ApiTest::tweet(std::string id, std::string created_at, std::string text) {
  EnrichedTweet made;
  made.tweet.id = std::move(id);
  made.tweet.source = "x";
  made.tweet.text = std::move(text);
  made.tweet.created_at = *parse_rfc3339(created_at);
  made.tweet.received_at = made.tweet.created_at + milliseconds(770);
  made.tweet.observed_at = made.tweet.received_at;
  made.tweet.conversation = made.tweet.id;
  made.analysis.language = "en";
  return made;
}

std::vector<EnrichedTweet> ApiTest::five_tweets() {
  EnrichedTweet ada = tweet("2028096666858422273", "2026-03-01T13:15:00.250Z",
                            "Artemis is on the pad and it looks great! #Artemis #NASA https://nasa.example/live");
  ada.tweet.author = {"4477", "ada", "Ada", 1204};
  ada.tweet.url = "https://x.com/ada/status/2028096666858422273";
  ada.tweet.lang_declared = "en";
  ada.tweet.metrics = {12, 3, 1, 0};
  tag(ada, "Artemis", 42);
  tag(ada, "NASA", 51);
  ada.analysis.urls.push_back({"https://nasa.example/live", "nasa.example", "https://nasa.example/live", "", 57, 82});
  ada.analysis.names.push_back({"org", "NASA", 52, 56});
  ada.analysis.keywords = {"artemis", "pad"};
  set_mood(ada, Sentiment::positive, 0.66);

  EnrichedTweet eva =
      tweet("2028079605478326273", "2026-03-01T12:07:12.500Z", "El lanzamiento de Artemis será mañana 🚀");
  eva.tweet.author = {"4479", "eva", "Eva", 88};
  eva.analysis.language = "es";
  set_mood(eva, Sentiment::neutral, 0.02);

  EnrichedTweet bob =
      tweet("2028078714188726273", "2026-03-01T12:03:40.000Z", "Another delay, this is terrible #Artemis");
  bob.tweet.author = {"4478", "bob", "Bob", 3};
  tag(bob, "Artemis", 32);
  set_mood(bob, Sentiment::negative, -0.61);

  EnrichedTweet cat = tweet("2028077812916682753", "2026-03-01T12:00:05.000Z", "Good luck to the crew! #Artemis");
  cat.tweet.author = {"4480", "cat", "Cat", 10};
  tag(cat, "Artemis", 23);
  set_mood(cat, Sentiment::positive, 0.62);

  EnrichedTweet dan = tweet("2028102958524325889", "2026-03-01T13:40:00.000Z", "🚀🚀🚀");
  dan.tweet.author = {"4481", "dan", "Dan", 1};
  dan.analysis.language = "und";
  return {ada, eva, bob, cat, dan};
}

std::string_view ApiTest::header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

std::string at(std::string_view json, std::string_view pointer) {
  simdjson::dom::parser parser;
  simdjson::dom::element root, found;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return "not JSON";
  if (root.at_pointer(pointer).get(found) != simdjson::SUCCESS) return "";
  return simdjson::minify(found);
}

bool same_json(std::string_view left, std::string_view right, const std::vector<std::string_view>& masked) {
  simdjson::dom::parser first, second;
  simdjson::dom::element mine, theirs;
  if (first.parse(left.data(), left.size()).get(mine) != simdjson::SUCCESS) return false;
  if (second.parse(right.data(), right.size()).get(theirs) != simdjson::SUCCESS) return false;
  return same(mine, theirs, masked);
}

std::string drained(HttpStream& stream) {
  std::string out;
  while (stream.next(out) == HttpStream::State::more) {
  }
  return out;
}

}  // namespace tweetpulse::api
