// Every handler that the route table names; the file that holds it has the name of the URL.
// Threads: each may run on many threads at once.
#pragma once

#include "api/route.h"

namespace tweetpulse::api {

// search_routes.cpp
Response search(const Ports& ports, const Request& request);
// analytics_routes.cpp
Response sentiment(const Ports& ports, const Request& request);
Response volume(const Ports& ports, const Request& request);
// ranking_routes.cpp
Response entities(const Ports& ports, const Request& request);
Response keywords(const Ports& ports, const Request& request);
Response authors(const Ports& ports, const Request& request);
Response languages(const Ports& ports, const Request& request);
Response domains(const Ports& ports, const Request& request);
// tweets_routes.cpp
Response list_tweets(const Ports& ports, const Request& request);
Response hourly(const Ports& ports, const Request& request);
// tweet_routes.cpp
Response get_tweet(const Ports& ports, const Request& request);
Response delete_tweet(const Ports& ports, const Request& request);
Response delete_author(const Ports& ports, const Request& request);
Response lookup_tweets(const Ports& ports, const Request& request);
// ingestion_routes.cpp
Response get_ingestion(const Ports& ports, const Request& request);
Response push_tweets(const Ports& ports, const Request& request);
Response start_ingestion(const Ports& ports, const Request& request);
Response stop_ingestion(const Ports& ports, const Request& request);
Response pause_ingestion(const Ports& ports, const Request& request);
Response resume_ingestion(const Ports& ports, const Request& request);
Response get_simulator(const Ports& ports, const Request& request);
Response put_simulator(const Ports& ports, const Request& request);
// pipeline_routes.cpp
Response streams(const Ports& ports, const Request& request);
Response workers(const Ports& ports, const Request& request);
Response stores(const Ports& ports, const Request& request);
Response ledger(const Ports& ports, const Request& request);
Response jobs(const Ports& ports, const Request& request);
Response get_job(const Ports& ports, const Request& request);
// dead_letter_routes.cpp
Response dead_letters(const Ports& ports, const Request& request);
Response redrive_letter(const Ports& ports, const Request& request);
Response discard_letter(const Ports& ports, const Request& request);
Response redrive_letters(const Ports& ports, const Request& request);
Response discard_letters(const Ports& ports, const Request& request);
// query_routes.cpp
Response parse_question(const Ports& ports, const Request& request);
Response suggest_words(const Ports& ports, const Request& request);
// live_routes.cpp
Response live(const Ports& ports, const Request& request);
Response live_socket(const Ports& ports, const Request& request);
// system_routes.cpp
Response healthz(const Ports& ports, const Request& request);
Response readyz(const Ports& ports, const Request& request);
Response startupz(const Ports& ports, const Request& request);
Response metrics_page(const Ports& ports, const Request& request);
Response version(const Ports& ports, const Request& request);
// document_routes.cpp
Response openapi_document(const Ports& ports, const Request& request);
Response openapi_yaml(const Ports& ports, const Request& request);
Response docs(const Ports& ports, const Request& request);
Response problem_page(const Ports& ports, const Request& request);

}  // namespace tweetpulse::api
