// The one route table: router, validation, metrics, OpenAPI document and types of the web UI all come from it.
// Threads: constant data.
#pragma once

#include <array>

#include "api/handlers.h"
#include "api/route.h"
#include "api/route_params.h"

namespace tweetpulse::api {

namespace p = params;

inline constexpr std::string_view kQuestionProblems =
    "unknown-parameter invalid-parameter invalid-query empty-range unavailable deadline-exceeded";
inline constexpr std::string_view kPagedProblems =
    "unknown-parameter invalid-parameter invalid-query empty-range cursor-invalid cursor-mismatch cursor-expired "
    "unavailable deadline-exceeded";
inline constexpr std::string_view kSeriesProblems =
    "unknown-parameter invalid-parameter invalid-query empty-range too-many-buckets unavailable deadline-exceeded";
inline constexpr std::string_view kBodyProblems =
    "malformed-request unsupported-media-type unknown-parameter invalid-parameter unavailable";
inline constexpr std::string_view kPushProblems =
    "invalid-parameter body-too-large nothing-accepted backpressure idempotency-in-progress idempotency-mismatch "
    "unavailable";
inline constexpr std::string_view kTweetForms = "application/json application/x-ndjson text/csv";

// clang-format off
inline constexpr std::array kRoutes{
    Route{.method = "GET", .path = "/api/elastic/search", .name = "search", .summary = "Search tweets", .params = p::kSearch, .answer = "SearchPage", .cost = 5, .problems = kPagedProblems, .handler = search},
    Route{.method = "POST", .path = "/api/elastic/search", .name = "search_by_body", .summary = "Search tweets with a query too long for an address", .params = p::kSearch, .body = "SearchQuestion", .answer = "SearchPage", .cost = 5, .problems = kPagedProblems, .handler = search, .body_is_parameters = true},
    Route{.method = "GET", .path = "/api/elastic/analytics/sentiment", .name = "analytics_sentiment", .summary = "Sentiment over time, gap-filled", .params = p::kSeries, .answer = "SentimentAnswer", .scope = Scope::analytics, .cost = 5, .problems = kSeriesProblems, .handler = sentiment},
    Route{.method = "GET", .path = "/api/elastic/analytics/volume", .name = "analytics_volume", .summary = "Tweets over time, gap-filled", .params = p::kSeries, .answer = "VolumeAnswer", .scope = Scope::analytics, .cost = 5, .problems = kSeriesProblems, .handler = volume},
    Route{.method = "GET", .path = "/api/elastic/analytics/entities", .name = "analytics_entities", .summary = "Most frequent hashtags, mentions, names, links", .params = p::kEntities, .answer = "EntitiesAnswer", .scope = Scope::analytics, .cost = 5, .problems = kQuestionProblems, .handler = entities},
    Route{.method = "GET", .path = "/api/elastic/analytics/keywords", .name = "analytics_keywords", .summary = "Most frequent keywords", .params = p::kRanking, .answer = "EntitiesAnswer", .scope = Scope::analytics, .cost = 5, .problems = kQuestionProblems, .handler = keywords},
    Route{.method = "GET", .path = "/api/elastic/analytics/authors", .name = "analytics_authors", .summary = "Most active authors", .params = p::kRanking, .answer = "EntitiesAnswer", .scope = Scope::analytics, .cost = 5, .problems = kQuestionProblems, .handler = authors},
    Route{.method = "GET", .path = "/api/elastic/analytics/languages", .name = "analytics_languages", .summary = "Most frequent languages", .params = p::kRanking, .answer = "EntitiesAnswer", .scope = Scope::analytics, .cost = 5, .problems = kQuestionProblems, .handler = languages},
    Route{.method = "GET", .path = "/api/elastic/analytics/domains", .name = "analytics_domains", .summary = "Most linked domains", .params = p::kRanking, .answer = "EntitiesAnswer", .scope = Scope::analytics, .cost = 5, .problems = kQuestionProblems, .handler = domains},
    Route{.method = "GET", .path = "/api/tweets", .name = "tweets", .summary = "Stored tweets, as pages, or all of them as NDJSON or CSV", .params = p::kTweets, .answer = "StoredTweets", .media = kTweetForms, .cost = 2, .problems = kPagedProblems, .handler = list_tweets},
    Route{.method = "POST", .path = "/api/tweets:lookup", .name = "lookup_tweets", .summary = "Tweets by their ids", .params = p::kFields, .body = "Lookup", .answer = "LookupAnswer", .cost = 2, .problems = kBodyProblems, .handler = lookup_tweets},
    Route{.method = "GET", .path = "/api/tweets/{id}", .name = "tweet", .summary = "One tweet", .params = p::kTweet, .answer = "TweetAnswer", .problems = "invalid-parameter not-found unavailable", .handler = get_tweet},
    Route{.method = "DELETE", .path = "/api/tweets/{id}", .name = "delete_tweet", .summary = "Erase a tweet everywhere", .status = 204, .scope = Scope::admin, .problems = "unavailable", .handler = delete_tweet},
    Route{.method = "DELETE", .path = "/api/authors/{id}", .name = "delete_author", .summary = "Erase an author's tweets everywhere and refuse later ones", .status = 204, .scope = Scope::admin, .problems = "unavailable", .handler = delete_author},
    Route{.method = "GET", .path = "/api/aggregations/hourly", .name = "hourly", .summary = "Exact hourly counts of the store", .params = p::kHourly, .answer = "HourlyAnswer", .scope = Scope::analytics, .cost = 2, .problems = kPagedProblems, .handler = hourly},
    Route{.method = "GET", .path = "/api/ingestion", .name = "ingestion", .summary = "Sources, queue, groups and ledger", .params = p::kPretty, .answer = "IngestionAnswer", .problems = "unavailable", .handler = get_ingestion},
    Route{.method = "POST", .path = "/api/ingestion/tweets", .name = "push_tweets", .summary = "Push tweets: NDJSON, an array, an object or _bulk lines", .params = p::kPush, .body = "PushLines", .answer = "PushAnswer", .status = 202, .scope = Scope::ingest, .problems = kPushProblems, .handler = push_tweets},
    Route{.method = "POST", .path = "/api/ingestion/start", .name = "ingestion_start", .summary = "Want a source, or all, to run", .body = "SourceName", .answer = "IngestionAnswer", .status = 202, .scope = Scope::admin, .problems = kBodyProblems, .handler = start_ingestion},
    Route{.method = "POST", .path = "/api/ingestion/stop", .name = "ingestion_stop", .summary = "Want a source, or all, stopped", .body = "SourceName", .answer = "IngestionAnswer", .status = 202, .scope = Scope::admin, .problems = kBodyProblems, .handler = stop_ingestion},
    Route{.method = "POST", .path = "/api/ingestion/pause", .name = "ingestion_pause", .summary = "Want a source, or all, to pause", .body = "SourceName", .answer = "IngestionAnswer", .status = 202, .scope = Scope::admin, .problems = kBodyProblems, .handler = pause_ingestion},
    Route{.method = "POST", .path = "/api/ingestion/resume", .name = "ingestion_resume", .summary = "Want a source, or all, to go on", .body = "SourceName", .answer = "IngestionAnswer", .status = 202, .scope = Scope::admin, .problems = kBodyProblems, .handler = resume_ingestion},
    Route{.method = "GET", .path = "/api/ingestion/simulator", .name = "simulator", .summary = "Rate and scenario of the simulator", .params = p::kPretty, .answer = "SimulatorAnswer", .problems = "unavailable", .handler = get_simulator},
    Route{.method = "PUT", .path = "/api/ingestion/simulator", .name = "set_simulator", .summary = "Set rate, scenario, seed", .body = "SimulatorSettings", .answer = "SimulatorAnswer", .scope = Scope::admin, .problems = kBodyProblems, .handler = put_simulator},
    Route{.method = "GET", .path = "/api/streams", .name = "streams", .summary = "The queue and its groups", .params = p::kPretty, .answer = "StreamsAnswer", .problems = "unavailable", .handler = streams},
    Route{.method = "GET", .path = "/api/workers", .name = "workers", .summary = "Workers and their heartbeats", .params = p::kPretty, .answer = "WorkersAnswer", .problems = "unavailable", .handler = workers},
    Route{.method = "GET", .path = "/api/stores", .name = "stores", .summary = "Adapters, health and sizes", .params = p::kPretty, .answer = "StoresAnswer", .handler = stores},
    Route{.method = "GET", .path = "/api/ledger", .name = "ledger", .summary = "The books by source and minute, and the gaps", .params = p::kLedger, .answer = "LedgerAnswer", .problems = "invalid-parameter empty-range unavailable", .handler = ledger},
    Route{.method = "GET", .path = "/api/dead-letters", .name = "dead_letters", .summary = "What could not be handled, with its reason", .params = p::kDeadLetters, .answer = "DeadLettersAnswer", .problems = kPagedProblems, .handler = dead_letters},
    Route{.method = "POST", .path = "/api/dead-letters:redrive", .name = "redrive_letters", .summary = "Push the tweets of these letters again", .body = "LetterFilter", .answer = "RedriveAnswer", .status = 202, .scope = Scope::admin, .problems = kBodyProblems, .handler = redrive_letters},
    Route{.method = "POST", .path = "/api/dead-letters:discard", .name = "discard_letters", .summary = "Forget these letters", .body = "LetterFilter", .answer = "DiscardAnswer", .status = 202, .scope = Scope::admin, .problems = kBodyProblems, .handler = discard_letters},
    Route{.method = "POST", .path = "/api/dead-letters/{id}:redrive", .name = "redrive_letter", .summary = "Push the tweet of this letter again", .answer = "RedriveAnswer", .status = 202, .scope = Scope::admin, .problems = "invalid-parameter not-found unavailable", .handler = redrive_letter},
    Route{.method = "POST", .path = "/api/dead-letters/{id}:discard", .name = "discard_letter", .summary = "Forget this letter", .answer = "DiscardAnswer", .status = 202, .scope = Scope::admin, .problems = "not-found unavailable", .handler = discard_letter},
    Route{.method = "GET", .path = "/api/jobs", .name = "jobs", .summary = "Long tasks and their progress", .params = p::kPretty, .answer = "JobsAnswer", .handler = jobs},
    Route{.method = "GET", .path = "/api/jobs/{id}", .name = "job", .summary = "One long task", .params = p::kPretty, .answer = "JobAnswer", .problems = "not-found", .handler = get_job},
    Route{.method = "GET", .path = "/api/query/parse", .name = "parse_query", .summary = "How a query is understood", .params = p::kParse, .answer = "ParseAnswer", .handler = parse_question},
    Route{.method = "GET", .path = "/api/query/suggest", .name = "suggest_query", .summary = "Completions at the caret", .params = p::kSuggest, .answer = "SuggestAnswer", .handler = suggest_words},
    Route{.method = "GET", .path = "/api/live", .name = "live", .summary = "Live feed as server-sent events", .params = p::kLive, .answer = "LiveEvents", .media = "text/event-stream", .cost = 5, .problems = "invalid-parameter invalid-query draining unavailable", .handler = live},
    Route{.method = "GET", .path = "/ws", .name = "live_socket", .summary = "Live feed as WebSocket, subprotocol tweetpulse.v1", .media = "", .status = 101, .cost = 5, .problems = "malformed-request draining unavailable", .handler = live_socket},
    Route{.method = "GET", .path = "/api/health", .name = "health", .summary = "Same as /readyz", .params = p::kVerbose, .answer = "Ready", .scope = Scope::open, .handler = readyz},
    Route{.method = "GET", .path = "/healthz", .name = "healthz", .summary = "Is the process alive?", .answer = "Text", .media = "text/plain", .scope = Scope::open, .handler = healthz},
    Route{.method = "GET", .path = "/readyz", .name = "readyz", .summary = "Does everything behind it answer?", .params = p::kVerbose, .answer = "Ready", .scope = Scope::open, .handler = readyz},
    Route{.method = "GET", .path = "/startupz", .name = "startupz", .summary = "Is it set up?", .params = p::kVerbose, .answer = "Ready", .scope = Scope::open, .handler = startupz},
    Route{.method = "GET", .path = "/metrics", .name = "metrics", .summary = "Figures for Prometheus, text format 0.0.4", .answer = "Text", .media = "text/plain", .scope = Scope::open, .handler = metrics_page},
    Route{.method = "GET", .path = "/version", .name = "version", .summary = "Name, version, commit, compiler, adapters", .answer = "Version", .scope = Scope::open, .handler = version},
    Route{.method = "GET", .path = "/openapi.json", .name = "openapi_json", .summary = "This description", .answer = "Anything", .scope = Scope::open, .handler = openapi_document},
    Route{.method = "GET", .path = "/openapi.yaml", .name = "openapi_yaml", .summary = "This description as YAML", .answer = "Text", .media = "application/yaml", .scope = Scope::open, .handler = openapi_yaml},
    Route{.method = "GET", .path = "/docs", .name = "docs", .summary = "This description as a page that can try it out", .answer = "Text", .media = "text/html", .scope = Scope::open, .handler = docs},
    Route{.method = "GET", .path = "/problems/{code}", .name = "problem", .summary = "What an error code means", .answer = "Text", .media = "text/html", .scope = Scope::open, .problems = "not-found", .handler = problem_page},
};
// clang-format on

consteval bool all_differ() {
  for (std::size_t i = 0; i < kRoutes.size(); ++i) {
    for (std::size_t k = i + 1; k < kRoutes.size(); ++k) {
      if (kRoutes[i].name == kRoutes[k].name) return false;
      if (kRoutes[i].method == kRoutes[k].method && kRoutes[i].path == kRoutes[k].path) return false;
    }
  }
  return true;
}
static_assert(all_differ(), "two routes have the same name, or the same method and path");

consteval bool all_have_paths() {
  for (const Route& route : kRoutes) {
    if (!route.path.starts_with('/')) return false;
  }
  return true;
}
static_assert(all_have_paths());

}  // namespace tweetpulse::api
