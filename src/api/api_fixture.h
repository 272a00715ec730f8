// For tests: an Api over the real embedded adapters in a folder of its own, and the five tweets of the golden answers.
// Threads: one test.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "coordination/cache.h"
#include "coordination/seen_filter.h"
#include "feed/live_feed.h"
#include "ingest/push_intake.h"
#include "queue/queue.h"
#include "search/search_index.h"
#include "store/books.h"
#include "store/tweet_store.h"
#include "support/temp_folder.h"

namespace tweetpulse::api {

class ApiTest : public ::testing::Test {
 protected:
  ApiTest();
  ~ApiTest() override;

  HttpResponse get(std::string_view target, HttpHeaders headers = {});
  HttpResponse send(std::string_view method, std::string_view target, std::string body = "", HttpHeaders headers = {});
  // Into store and index, as both workers would.
  void save(const std::vector<EnrichedTweet>& tweets);
  Api& make(ApiConfig config);  // a new one over the same ports

  static std::vector<EnrichedTweet> five_tweets();
  static EnrichedTweet tweet(std::string id, std::string created_at, std::string text);
  static std::string_view header(const HttpResponse& response, std::string_view name);

  Time clock = *parse_rfc3339("2026-03-01T15:00:00Z");
  testing_support::TempFolder folder;
  std::unique_ptr<Queue> queue;
  std::unique_ptr<TweetStore> store;
  std::unique_ptr<SearchIndex> index;
  std::unique_ptr<LiveFeed> feed;
  std::unique_ptr<Cache> cache;
  std::unique_ptr<SeenFilter> seen;
  std::unique_ptr<PushIntake> intake;
  std::vector<Check> checks;
  std::unique_ptr<Api> api;
};

// One value of a JSON document by pointer ("/data/0/id"), as compact JSON; "" = none.
std::string at(std::string_view json, std::string_view pointer);
// Equal up to the order of members. Members named in `masked` are not compared, only present on both sides.
bool same_json(std::string_view left, std::string_view right, const std::vector<std::string_view>& masked);
std::string drained(HttpStream& stream);  // until wait or end

}  // namespace tweetpulse::api
