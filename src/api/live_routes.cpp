#include "api/handlers.h"
#include "api/live_params.h"
#include "api/live_socket.h"
#include "api/live_stream.h"
#include "api/ports.h"
#include "api/problem.h"
#include "api/shared.h"

namespace tweetpulse::api {
namespace {

std::variant<std::shared_ptr<void>, Response> seat_for(const Request& request) {
  if (request.shared.live.draining()) return problem(request, "draining", "The server is shutting down.");
  LiveSeats::Seat seat = request.shared.seats.take(request.http.remote);
  if (seat.full == LiveSeats::Full::address) {
    return problem(request, "rate-limited", "There are 10 live connections from this address; close one.");
  }
  if (seat.full == LiveSeats::Full::server) {
    return problem(request, "unavailable", "There are 10,000 live connections; try again later.");
  }
  return std::move(seat.held);
}

bool offers(std::string_view protocols, std::string_view wanted) {
  for (std::string_view part : split(protocols, ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (part == wanted) return true;
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

}  // namespace

LiveQuestion live_question(const Values& values) {
  return {values.query, Fields(values.list("fields")), static_cast<int>(values.integer("rate"))};
}

Response live(const Ports& ports, const Request& request) {
  auto seat = seat_for(request);
  if (auto* refused = std::get_if<Response>(&seat)) return std::move(*refused);
  std::string_view last = request.http.header("last-event-id");
  if (last.empty()) last = request.values.text("last_event_id");
  Response response;
  response.headers = {
      {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  response.compressible = false;
  if (request.http.method != "HEAD") {
    response.stream = live_stream(request.shared.live, live_question(request.values), last, ports.clock,
                                  std::get<std::shared_ptr<void>>(seat));
  }
  return response;
}

Response live_socket(const Ports& ports, const Request& request) {
  if (lower(request.http.header("upgrade")) != "websocket") {
    return problem(request, "malformed-request",
                   "This path speaks WebSocket: send an upgrade with subprotocol tweetpulse.v1.");
  }
  auto seat = seat_for(request);
  if (auto* refused = std::get_if<Response>(&seat)) return std::move(*refused);
  Response response;
  response.status = 101;
  if (offers(request.http.header("sec-websocket-protocol"), "tweetpulse.v1")) {
    response.headers.emplace_back("Sec-WebSocket-Protocol", "tweetpulse.v1");
  }
  response.websocket =
      live_web_socket(request.shared.live, request.request_id, ports.clock, std::get<std::shared_ptr<void>>(seat));
  return response;
}

}  // namespace tweetpulse::api
