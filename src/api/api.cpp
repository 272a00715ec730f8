#include "api/api.h"

#include <chrono>
#include <cstdio>

#include "api/accept.h"
#include "api/envelope.h"
#include "api/json.h"
#include "api/pages.h"
#include "api/problem.h"
#include "api/router.h"
#include "api/shared.h"
#include "base/log.h"
#include "base/metrics.h"
#include "feed/live_feed.h"

namespace tweetpulse {

using namespace api;

struct Api::Inside {
  Inside(Ports given, ApiConfig config) : ports(std::move(given)), shared(std::move(config), ports.clock) {
    if (!shared.config.live) return;
    auto subscribed = ports.feed.subscribe([this](std::span<const FeedEvent> events) { shared.live.add(events); });
    if (subscribed) {
      subscription = std::move(*subscribed);
    } else {
      log::warn("api", "The live feed cannot be watched; live clients see nothing.",
                {{"error", subscribed.error().what}});
    }
  }

  Response route(const HttpRequest& http, std::string_view path, std::string_view query, const std::string& id,
                 std::string& label);
  Response run(const Route& found, const HttpRequest& http, Request& request, std::string_view query);

  Ports ports;
  Shared shared;
  std::unique_ptr<LiveFeed::Subscription> subscription;
};

namespace {

constexpr std::size_t kJsonBody = 1u << 20, kPushWire = 8u << 20, kPushUnpacked = 64u << 20;

Response options_answer(const std::vector<std::string>& allowed) {
  Response response;
  response.status = 204;
  response.headers.emplace_back("Allow", joined(allowed));
  return response;
}

Response wrong_method(std::string_view path, const std::string& id, const std::vector<std::string>& allowed) {
  Response response = problem_answer("method-not-allowed", "This path takes " + joined(allowed) + ".", path, id);
  response.headers.emplace_back("Allow", joined(allowed));
  return response;
}

void make_pretty(const Request& request, Response& response) {
  if (request.values.flag("pretty") && !response.stream && !response.body.empty())
    response.body = pretty(response.body);
}

}  // namespace

Response Api::Inside::run(const Route& found, const HttpRequest& http, Request& request, std::string_view query) {
  if (found.scope != Scope::open && !found.media.empty() && best_media(http.header("accept"), found.media).empty()) {
    return tweetpulse::api::problem(request, "not-acceptable",
                                    "This route answers with " + std::string(found.media) + ".");
  }
  std::optional<Pairs> pairs = query_pairs(query);
  if (!pairs)
    return tweetpulse::api::problem(request, "malformed-request",
                                    "The address holds broken percent-encoding or bytes that are no UTF-8.");
  std::string_view where = "query";
  if (found.body_is_parameters) {
    const auto body = body_pairs(http.body);
    if (!body)
      return tweetpulse::api::problem(request, "malformed-request", "The body is not one JSON object of plain values.");
    pairs->insert(pairs->end(), body->begin(), body->end());
    where = "body";
  }
  auto read = read_parameters(found.params, *pairs, where, request.now);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) return tweetpulse::api::problem(request, *faults);
  request.values = std::move(std::get<Values>(read));
  Response response = found.handler(ports, request);
  make_pretty(request, response);
  return response;
}

Response Api::Inside::route(const HttpRequest& http, std::string_view path, std::string_view query,
                            const std::string& id, std::string& label) {
  const auto decoded = percent_decoded(path, false);
  if (!decoded || path.empty() || path.front() != '/') {
    return problem_answer("malformed-request", "The address holds broken percent-encoding or bytes that are no UTF-8.",
                          as_utf8(path), id);
  }
  const Match match = find_route(http.method, path);
  if (!match.allowed.empty()) {
    if (http.method == "OPTIONS") return options_answer(match.allowed);
    if (match.route == nullptr) return wrong_method(*decoded, id, match.allowed);
    label = match.route->path;
    if (http.body_unreadable)
      return problem_answer("malformed-request", "The compressed body is damaged.", *decoded, id);
    if (is_foreign_write(http, shared.config.cors)) {
      return problem_answer("forbidden", "A web page of another origin may not write here.", *decoded, id);
    }
    Request request{http, *match.route,  shared, *decoded, percent_decoded(match.variable, false).value_or(""),
                    id,   ports.clock(), {}};
    return run(*match.route, http, request, query);
  }
  const bool reads = http.method == "GET" || http.method == "HEAD";
  if (reads && !is_own_path(path)) {
    if (auto page = web_page(shared, http, *decoded)) {
      label = "web";
      return std::move(*page);
    }
  }
  return problem_answer("not-found", "There is nothing at this path. /docs lists what there is.", *decoded, id);
}

Api::Api(Ports ports, ApiConfig config) {
  if (config.cursor_key.empty()) config.cursor_key = random_bytes(32);
  inside_ = std::make_unique<Inside>(std::move(ports), std::move(config));
}

Api::~Api() = default;

HttpResponse Api::handle(const HttpRequest& http) {
  const auto start = std::chrono::steady_clock::now();
  const RequestMeter meter;
  const std::string id = request_id_of(http, inside_->ports.clock());
  const std::string_view target = http.target;
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark),
                         query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  std::string label = "other";
  HttpResponse response;
  try {
    response = inside_->route(http, path, query, id, label);
  } catch (const std::exception& error) {
    log::error("api", "A handler threw.", {{"error", error.what()}, {"request_id", id}, {"route", label}});
    response = problem_answer("internal", "This is a fault of the server; its log has the details.", as_utf8(path), id);
  }
  finish(response, http, id, inside_->shared.config.cors, start);
  meter.done(label, http.method, response.status, start);
  return response;
}

void Api::begin_drain() {
  inside_->shared.draining = true;
  inside_->shared.live.drain();
}

std::pair<std::size_t, std::size_t> Api::body_limit(std::string_view, std::string_view path) {
  return path == "/api/ingestion/tweets" ? std::pair(kPushWire, kPushUnpacked) : std::pair(kJsonBody, kJsonBody);
}

HttpResponse Api::problem(int, std::string_view code, std::string_view detail, const HttpRequest* request) {
  const std::string id = request != nullptr ? request_id_of(*request, now()) : new_request_id(now());
  const std::string_view target = request != nullptr ? std::string_view(request->target) : "";
  HttpResponse response = problem_answer(code, detail, as_utf8(target.substr(0, target.find('?'))), id);
  response.headers.emplace_back("X-Request-Id", id);
  return response;
}

}  // namespace tweetpulse
