// Errors as RFC 9457 problem documents, one shape for all (api.md section 5). Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/result.h"

namespace tweetpulse::api {

struct ProblemKind {
  std::string_view code;
  int status;
  std::string_view title;
  std::string_view explanation;  // of the page /problems/{code}: what happened and what to do
};
std::span<const ProblemKind> problem_kinds();
const ProblemKind& problem_kind(std::string_view code);  // an unknown code is `internal`

// The document alone, for places without a whole request.
Response problem_answer(std::string_view code, std::string_view detail, std::string_view instance,
                        std::string_view request_id, std::span<const Fault> faults = {});

Response problem(const Request& request, std::string_view code, std::string_view detail,
                 std::span<const Fault> faults = {});
// `code` is that of the first fault.
Response problem(const Request& request, std::span<const Fault> faults);
// What a port reported, without its words: they may name hosts. `what` names the port in the log and the detail.
Response port_problem(const Request& request, std::string_view what, const Error& error);

Fault fault(std::string_view code, std::string_view name, std::string msg, std::string_view type,
            std::string_view input = "", std::string_view where = "query");

void append_problem_json(std::string& out, std::string_view code, std::string_view detail, std::string_view instance,
                         std::string_view request_id, std::span<const Fault> faults);

// The sentence of `detail` for these faults.
std::string detail_of(std::span<const Fault> faults);

}  // namespace tweetpulse::api
