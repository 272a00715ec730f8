#include "api/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/cursor.h"
#include "base/metrics.h"

namespace tweetpulse::api {
namespace {

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool is_allowed(std::string_view origin, std::span<const std::string> allowed) {
  return std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
}

bool has(const HttpResponse& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(), [&](const auto& header) {
    return std::equal(header.first.begin(), header.first.end(), name.begin(), name.end(),
                      [](char a, char b) { return (a | 32) == (b | 32); });
  });
}

void add_cors(HttpResponse& response, const HttpRequest& http, std::span<const std::string> cors) {
  const std::string_view origin = http.header("origin");
  if (origin.empty() || !is_allowed(origin, cors)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", origin);
  response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Link, X-Request-Id, Retry-After");
  if (http.method != "OPTIONS") return;
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
  response.headers.emplace_back(
      "Access-Control-Allow-Headers",
      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id, Last-Event-ID");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
}

metrics::Gauge& in_flight() {
  static metrics::Gauge gauge = metrics::gauge("http_in_flight", "Requests in hand.");
  return gauge;
}

// The label set must stay small, whatever methods clients invent.
std::string method_label(std::string_view method) {
  static constexpr std::array<std::string_view, 7> kKnown{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
  return std::find(kKnown.begin(), kKnown.end(), method) == kKnown.end() ? "other" : std::string(method);
}

}  // namespace

std::string new_request_id(Time now) {
  std::string bytes = random_bytes(16);
  const auto ms = static_cast<std::uint64_t>(to_ms(now));
  for (int i = 0; i < 6; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<char>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<char>(0x70 | (bytes[6] & 0x0F));
  bytes[8] = static_cast<char>(0x80 | (bytes[8] & 0x3F));
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return out;
}

std::string request_id_of(const HttpRequest& http, Time now) {
  const std::string_view given = http.header("x-request-id");
  const bool fit = !given.empty() && given.size() <= 128 && std::all_of(given.begin(), given.end(), is_id_character);
  return fit ? std::string(given) : new_request_id(now);
}

bool is_foreign_write(const HttpRequest& http, std::span<const std::string> allowed) {
  const std::string_view origin = http.header("origin");
  const bool reads = http.method == "GET" || http.method == "HEAD" || http.method == "OPTIONS";
  const bool upgrades = !http.header("upgrade").empty();
  if (origin.empty() || (reads && !upgrades) || is_allowed(origin, allowed)) return false;
  const std::string host(http.header("host"));
  return origin != "http://" + host && origin != "https://" + host;
}

void finish(HttpResponse& response, const HttpRequest& http, const std::string& request_id,
            std::span<const std::string> cors, std::chrono::steady_clock::time_point start) {
  add_cors(response, http, cors);
  response.headers.emplace_back("X-Request-Id", request_id);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  if (!has(response, "vary")) response.headers.emplace_back("Vary", "Accept, Accept-Encoding, Authorization, Origin");
  if (!has(response, "cache-control"))
    response.headers.emplace_back("Cache-Control", "private, max-age=0, must-revalidate");
  const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  response.headers.emplace_back("Server-Timing", fmt::format("total;dur={:.1f}", ms));
}

std::string joined(std::span<const std::string> words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

RequestMeter::RequestMeter() {
  in_flight().add(1);
}

RequestMeter::~RequestMeter() {
  in_flight().add(-1);
}

void RequestMeter::done(std::string_view route, std::string_view method, int status,
                        std::chrono::steady_clock::time_point start) const {
  const std::string name(route), verb = method_label(method);
  metrics::counter("http_requests_total", "Requests answered.",
                   {{"route", name}, {"method", verb}, {"code", std::to_string(status)}})
      .add();
  metrics::histogram("http_request_duration_seconds", "Time from the request to the head of its answer.",
                     {{"route", name}, {"method", verb}})
      .observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

}  // namespace tweetpulse::api
