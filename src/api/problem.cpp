#include "api/problem.h"

#include <array>

#include "api/json.h"
#include "base/log.h"

namespace tweetpulse::api {
namespace {

constexpr std::array kKinds{
    ProblemKind{"malformed-request", 400, "The request cannot be read",
                "The body is no JSON, or the address holds broken percent-encoding or bytes that are no UTF-8. Correct "
                "it and send it again."},
    ProblemKind{"unknown-parameter", 400, "There is no such parameter",
                "A parameter is not one of this route, often a typing error: the answer names the nearest one. Unknown "
                "parameters are never ignored, since a filter that does nothing looks like a result."},
    ProblemKind{"cursor-invalid", 400, "The cursor is not one of ours",
                "A cursor is signed. This one was cut, changed, or made by a server with another key. Begin again "
                "without cursor."},
    ProblemKind{"cursor-mismatch", 400, "The cursor belongs to another question",
                "A cursor goes on with the question that made it: same path, query, filters and order. Repeat these, "
                "or begin again without cursor."},
    ProblemKind{"unauthenticated", 401, "A key is needed", "Send a valid key in the header Authorization: Bearer."},
    ProblemKind{"forbidden", 403, "Not allowed",
                "The key lacks the scope that this route needs, or a web page of another origin sent the request."},
    ProblemKind{"not-found", 404, "There is no such thing",
                "The path or the object in it does not exist, or was removed."},
    ProblemKind{"method-not-allowed", 405, "This path does not take this method",
                "The header Allow lists the methods that it takes."},
    ProblemKind{"not-acceptable", 406, "No such form of the answer",
                "The header Accept leaves nothing that this route can answer with."},
    ProblemKind{"request-timeout", 408, "The request came too slowly", "Send the whole request without long pauses."},
    ProblemKind{
        "idempotency-in-progress", 409, "The first call is still running",
        "A call with this Idempotency-Key has not been answered yet. Repeat it after the seconds of Retry-After."},
    ProblemKind{"cursor-expired", 410, "The cursor is too old", "Begin again without cursor."},
    ProblemKind{"precondition-failed", 412, "The object has changed",
                "Read it again and send its new ETag in If-Match."},
    ProblemKind{"body-too-large", 413, "The body is too large",
                "Send it in several smaller ones; detail names the limit."},
    ProblemKind{"uri-too-long", 414, "The address is too long",
                "Send the same names as JSON body to POST /api/elastic/search."},
    ProblemKind{"unsupported-media-type", 415, "This form of the body is not taken",
                "Name the right Content-Type; detail lists what is taken."},
    ProblemKind{"invalid-parameter", 422, "A parameter does not fit",
                "The list errors names each parameter, what is wrong with it, and what would fit."},
    ProblemKind{"invalid-query", 422, "The query cannot be understood",
                "The list errors names the place in q, in code points, and where there is one a suggestion. To search "
                "for a word that looks like an operator, put it in quotes."},
    ProblemKind{"empty-range", 422, "The time range is empty",
                "from must be before to: from belongs to the range, to does not."},
    ProblemKind{"too-many-buckets", 422, "Too many buckets",
                "Choose a longer interval or a shorter range: an answer holds at most 1,500 buckets."},
    ProblemKind{"idempotency-mismatch", 422, "This Idempotency-Key belongs to another body",
                "Use a new key for a new body."},
    ProblemKind{"nothing-accepted", 422, "No line was accepted",
                "Each line of the body was refused; errors gives the reason of each."},
    ProblemKind{"precondition-required", 428, "If-Match is missing",
                "Send the ETag of the object in If-Match, so that nobody's change is lost."},
    ProblemKind{"rate-limited", 429, "Too many requests", "Wait for the seconds of Retry-After."},
    ProblemKind{"backpressure", 429, "The queue is full",
                "Nothing of the body was taken. Send it again after the seconds of Retry-After."},
    ProblemKind{"headers-too-large", 431, "The headers are too large", "At most 100 headers and 16 KB."},
    ProblemKind{"internal", 500, "A fault of the server",
                "This is a bug. Report it with the request id; the log of the server has the details."},
    ProblemKind{"unavailable", 503, "A part behind the server is away",
                "Repeat the request after the seconds of Retry-After."},
    ProblemKind{"draining", 503, "The server is shutting down", "Connect again in a moment."},
    ProblemKind{"deadline-exceeded", 504, "The answer took too long",
                "Ask for a shorter range or fewer values, or repeat the request later."},
};

void append_fault(Json& out, const Fault& fault) {
  out.open().key("loc").open_list();
  for (const std::string& part : fault.loc) out.text(part);
  out.close_list().member("msg", fault.msg).member("type", fault.type);
  if (fault.place) out.member("offset", fault.place->first).member("length", fault.place->second);
  if (!fault.suggestion.empty()) out.member("suggestion", fault.suggestion);
  if (fault.input) out.member("input", *fault.input);
  out.close();
}

std::string with_stop(std::string sentence) {
  if (!sentence.empty() && sentence.back() != '.' && sentence.back() != '?') sentence += '.';
  return sentence;
}

}  // namespace

std::span<const ProblemKind> problem_kinds() {
  return kKinds;
}

const ProblemKind& problem_kind(std::string_view code) {
  for (const ProblemKind& kind : kKinds) {
    if (kind.code == code) return kind;
  }
  return problem_kind("internal");
}

void append_problem_json(std::string& out, std::string_view code, std::string_view detail, std::string_view instance,
                         std::string_view request_id, std::span<const Fault> faults) {
  const ProblemKind& kind = problem_kind(code);
  Json json;
  json.open().member("type", "/problems/" + std::string(kind.code)).member("title", kind.title);
  json.member("status", kind.status).member("detail", detail).member("instance", instance);
  json.member("code", kind.code).member("request_id", request_id);
  if (!faults.empty()) {
    json.key("errors").open_list();
    for (const Fault& fault : faults) append_fault(json, fault);
    json.close_list();
  }
  out += json.close().str();
}

Response problem_answer(std::string_view code, std::string_view detail, std::string_view instance,
                        std::string_view request_id, std::span<const Fault> faults) {
  Response response;
  response.status = problem_kind(code).status;
  response.headers.emplace_back("Content-Type", "application/problem+json");
  response.headers.emplace_back("Cache-Control", "no-store");
  if (response.status == 429 || response.status == 503 || response.status == 409) {
    response.headers.emplace_back("Retry-After", "1");
  }
  append_problem_json(response.body, code, detail, instance, request_id, faults);
  return response;
}

Response problem(const Request& request, std::string_view code, std::string_view detail,
                 std::span<const Fault> faults) {
  return problem_answer(code, detail, request.path, request.request_id, faults);
}

Response problem(const Request& request, std::span<const Fault> faults) {
  return problem(request, faults.front().code, detail_of(faults), faults);
}

Response port_problem(const Request& request, std::string_view what, const Error& error) {
  const bool passing = error.retryable();
  (passing ? log::warn : log::error)("api", "A port did not answer as it should.",
                                     {{"port", what}, {"error", error.what}, {"request_id", request.request_id}});
  if (error.code == ErrorCode::timeout) {
    return problem(request, "deadline-exceeded", "The " + std::string(what) + " did not answer in time.");
  }
  if (passing) return problem(request, "unavailable", "The " + std::string(what) + " does not answer now.");
  return problem(request, "internal", "The " + std::string(what) + " failed; the server's log names the reason.");
}

Fault fault(std::string_view code, std::string_view name, std::string msg, std::string_view type,
            std::string_view input, std::string_view where) {
  Fault made;
  made.code = code;
  made.loc = {std::string(where), std::string(name)};
  made.msg = std::move(msg);
  made.type = type;
  if (!input.empty()) made.input = std::string(input);
  return made;
}

std::string detail_of(std::span<const Fault> faults) {
  if (faults.empty()) return "";
  const Fault& first = faults.front();
  const bool whole =
      first.code == "invalid-query" || first.code == "unknown-parameter" || first.type == "unknown_field";
  std::string detail = with_stop(whole ? first.msg : "'" + first.loc.back() + "' " + first.msg);
  if (!first.suggestion.empty()) detail += " Did you mean '" + first.suggestion + "'?";
  if (faults.size() > 1) detail += " And " + std::to_string(faults.size() - 1) + " more: see errors.";
  return detail;
}

}  // namespace tweetpulse::api
