#include "api/api_fixture.h"
#include "api/routes.h"

namespace tweetpulse::api {
namespace {

class Protocol : public ApiTest {};

TEST_F(Protocol, ReportsAllWrongParametersInOneProblem) {
  const HttpResponse answer = get("/api/elastic/search?q=form:nasa&size=500");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(header(answer, "Content-Type"), "application/problem+json");
  EXPECT_EQ(at(answer.body, "/code"), "\"invalid-query\"");
  EXPECT_EQ(at(answer.body, "/errors/0/suggestion"), "\"from:\"");
  EXPECT_EQ(at(answer.body, "/errors/1/loc"), R"(["query","size"])");
  EXPECT_EQ(at(answer.body, "/errors/1/input"), "\"500\"");
  EXPECT_EQ(at(answer.body, "/instance"), "\"/api/elastic/search\"");
  EXPECT_EQ(at(answer.body, "/request_id"), "\"" + std::string(header(answer, "X-Request-Id")) + "\"");
}

TEST_F(Protocol, SuggestsTheNearestParameter) {
  const HttpResponse answer = get("/api/elastic/search?sise=5");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(at(answer.body, "/errors/0/suggestion"), "\"size\"");
}

TEST_F(Protocol, SuggestsTheNearestField) {
  EXPECT_EQ(at(get("/api/tweets?fields=id,txt").body, "/errors/0/suggestion"), "\"text\"");
}

TEST_F(Protocol, RefusesAnEmptyRange) {
  EXPECT_EQ(at(get("/api/elastic/search?from=now&to=now-1h").body, "/code"), "\"empty-range\"");
}

TEST_F(Protocol, TakesItsAliases) {
  EXPECT_EQ(get("/api/elastic/search?max_results=5&start_time=now-1d&end_time=now").status, 200);
}

TEST_F(Protocol, TellsBrokenEncodingFromAWrongValue) {
  EXPECT_EQ(get("/api/elastic/search?q=%zz").status, 400);
  EXPECT_EQ(get("/api/elastic/search?q=%ff").status, 400);
  EXPECT_EQ(send("POST", "/api/elastic/search", "{\"q\":").status, 400);
}

TEST_F(Protocol, NamesTheMethodsOfAPath) {
  const HttpResponse wrong = send("DELETE", "/api/elastic/search");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(header(wrong, "Allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(header(send("OPTIONS", "/api/elastic/search"), "Allow"), "GET, HEAD, OPTIONS, POST");
}

TEST_F(Protocol, AnswersHeadAsGet) {
  const HttpResponse head = send("HEAD", "/api/elastic/search");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(header(head, "Content-Type"), "application/json");
}

TEST_F(Protocol, RefusesFormsThatItDoesNotHave) {
  EXPECT_EQ(get("/api/tweets", {{"accept", "image/png"}}).status, 406);
  EXPECT_EQ(get("/api/tweets", {{"accept", "text/html,*/*;q=0.8"}}).status, 200);
}

TEST_F(Protocol, TakesARequestIdThatFitsAndMakesOneOtherwise) {
  EXPECT_EQ(header(get("/version", {{"x-request-id", "a.B_c-1"}}), "X-Request-Id"), "a.B_c-1");
  EXPECT_EQ(header(get("/version", {{"x-request-id", "not valid!"}}), "X-Request-Id").size(), 36u);
}

TEST_F(Protocol, KeepsForeignPagesFromWriting) {
  const HttpHeaders foreign{{"host", "127.0.0.1:8080"}, {"origin", "https://evil.example"}};
  EXPECT_EQ(send("DELETE", "/api/tweets/1", "", foreign).status, 403);
  EXPECT_EQ(send("GET", "/api/jobs", "", foreign).status, 200);
  EXPECT_EQ(
      send("DELETE", "/api/tweets/1", "", {{"host", "127.0.0.1:8080"}, {"origin", "http://127.0.0.1:8080"}}).status,
      204);
}

TEST_F(Protocol, IndentsJsonWhenAsked) {
  EXPECT_TRUE(get("/api/jobs?pretty=true").body.starts_with("{\n  \"data\": [],\n"));
}

TEST_F(Protocol, SaysNotReadyWhileItDrains) {
  EXPECT_EQ(get("/readyz").status, 200);
  api->begin_drain();
  const HttpResponse answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(at(answer.body, "/checks/0/name"), "\"drain\"");
  EXPECT_EQ(get("/healthz").body, "ok\n");
}

TEST_F(Protocol, IsNotReadyWhenANeededPortIsAway) {
  checks = {{"store", "sqlite",
             [] {
               return Result<>(Error{ErrorCode::unavailable, "away"});
             },
             true},
            {"search", "sqlite",
             [] {
               return Result<>(Error{ErrorCode::unavailable, "away"});
             },
             false}};
  make({});
  EXPECT_EQ(get("/readyz").status, 503);
  checks.erase(checks.begin());
  make({});
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST_F(Protocol, ExplainsItselfWithoutAWebInterface) {
  const HttpResponse page = get("/", {{"accept", "text/html"}});
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(header(page, "Content-Security-Policy").find("frame-ancestors 'none'"), std::string_view::npos);
  EXPECT_NE(header(page, "Content-Security-Policy"), header(get("/"), "Content-Security-Policy"));
}

TEST_F(Protocol, ServesTheAppWithAFreshNonceOnEveryPathOfItsOwn) {
  ApiConfig config;
  config.files = [](std::string_view path) -> std::optional<StaticFile> {
    if (path == "index.html") return StaticFile{"<meta content=\"%CSP_NONCE%\">", "text/html", "", "", false};
    if (path == "assets/a-1.js") return StaticFile{"let a", "text/javascript", "", "", true};
    return std::nullopt;
  };
  make(std::move(config));
  const HttpResponse page = get("/analytics/sentiment", {{"accept", "text/html"}});
  const std::string nonce = page.body.substr(15, page.body.size() - 17);
  EXPECT_NE(header(page, "Content-Security-Policy").find("'nonce-" + nonce + "'"), std::string_view::npos);
  EXPECT_EQ(header(get("/assets/a-1.js"), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get("/assets/missing.js", {{"accept", "text/html"}}).status, 404);
  EXPECT_EQ(get("/api/nothing", {{"accept", "text/html"}}).status, 404);
}

TEST_F(Protocol, HasAPageForEveryProblem) {
  EXPECT_EQ(get("/problems/invalid-query").status, 200);
  EXPECT_EQ(get("/problems/no-such").status, 404);
}

TEST_F(Protocol, DescribesEveryRouteOfTheTable) {
  const std::string document = get("/openapi.json").body;
  EXPECT_EQ(at(document, "/openapi"), "\"3.1.0\"");
  for (const Route& route : kRoutes) {
    std::string path, method(route.method);
    for (const char c : route.path) path += c == '/' ? std::string("~1") : std::string(1, c);
    for (char& c : method) c = static_cast<char>(c | 32);
    EXPECT_EQ(at(document, "/paths/" + path + "/" + method + "/operationId"), "\"" + std::string(route.name) + "\"");
    for (const std::string_view name : {route.body, route.answer}) {
      if (name.empty()) continue;
      EXPECT_NE(at(document, "/components/schemas/" + std::string(name)), "") << name;
    }
  }
  EXPECT_TRUE(get("/openapi.yaml").body.starts_with("---\n\"openapi\": \"3.1.0\""));
}

TEST_F(Protocol, ChecksEachIntegerAtAndBeyondItsRange) {
  for (const Route& route : kRoutes) {
    if (route.method != "GET" || route.path == "/api/live" || route.path.find('{') != std::string_view::npos) continue;
    for (const Param& param : route.params) {
      if (param.type != Type::integer || param.range.empty()) continue;
      const auto [least, most] = bounds_of(param.range);
      const std::string head = std::string(route.path) + "?" + std::string(param.name) + "=";
      EXPECT_EQ(get(head + std::to_string(least)).status, 200) << head;
      EXPECT_EQ(get(head + std::to_string(most)).status, 200) << head;
      EXPECT_EQ(get(head + std::to_string(least - 1)).status, 422) << head;
      EXPECT_EQ(get(head + std::to_string(most + 1)).status, 422) << head;
    }
  }
}

TEST_F(Protocol, WritesTheCountOfAHistogramAfterItsBuckets) {
  get("/version");
  const std::string page = get("/metrics").body;
  const std::size_t bucket = page.find("tweetpulse_http_request_duration_seconds_bucket{");
  ASSERT_NE(bucket, std::string::npos);
  EXPECT_LT(bucket, page.find("tweetpulse_http_request_duration_seconds_sum{"));
  EXPECT_LT(bucket, page.find("tweetpulse_http_request_duration_seconds_count{"));
}

TEST_F(Protocol, ParsesAQueryWithAllItsErrors) {
  EXPECT_EQ(at(get("/api/query/parse?q=cat%20-dog").body, "/data/valid"), "true");
  const HttpResponse wrong = get("/api/query/parse?q=form:nasa");
  EXPECT_EQ(wrong.status, 200);
  EXPECT_EQ(at(wrong.body, "/data/errors/0/type"), "\"unknown_operator\"");
}

TEST_F(Protocol, WidensAQueryToARuleOfX) {
  const HttpResponse answer = get("/api/query/parse?q=cat%20lang:en%20sentiment:positive");
  EXPECT_EQ(at(answer.body, "/data/x_rule/value"), "\"cat lang:en\"");
  EXPECT_EQ(at(answer.body, "/data/x_rule/exact"), "false");
  EXPECT_EQ(at(answer.body, "/data/x_rule/dropped"), "[\"sentiment:\"]");
  EXPECT_EQ(at(get("/api/query/parse?q=lang:en").body, "/data/x_rule"), "null");
}

}  // namespace
}  // namespace tweetpulse::api
