#include "api/body.h"

#include "api/problem.h"

namespace tweetpulse::api {

std::variant<Values, Response> body_values(const Request& request, std::span<const Param> members) {
  const std::string_view type = request.http.header("content-type");
  if (!type.empty() && !type.starts_with("application/json")) {
    return problem(request, "unsupported-media-type", "The body must be application/json.");
  }
  const std::string& body = request.http.body;
  const auto pairs = body.find_first_not_of(" \r\n\t") == std::string::npos ? Pairs{} : body_pairs(body);
  if (!pairs) return problem(request, "malformed-request", "The body is not one JSON object of plain values.");
  auto read = read_parameters(members, *pairs, "body", request.now);
  if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) return problem(request, *faults);
  return std::move(std::get<Values>(read));
}

}  // namespace tweetpulse::api
