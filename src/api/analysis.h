// What every analytics answer shares: its period, the members of meta, keeping and conditional answers.
// Threads: pure functions and port calls.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "api/json.h"
#include "api/ports.h"
#include "api/route.h"
#include "query/ast.h"
#include "search/search_index.h"

namespace tweetpulse::api {

struct Period {
  Time from{}, to{};
};
// from and to of the request, open ends filled from the extent of the matches; nullopt = nothing matches.
Result<std::optional<Period>> period_of(const Ports& ports, const Request& request, const Query& query);

// What was found, up to the members of meta that age: the object `meta` and the whole are still open.
struct Analysed {
  std::string body;
  std::string failure;  // not "": from the store alone, since the index is away
};
// Asks once per change of the index: an equal question gets the kept answer, or 304. `make` may give the answer that
// refuses.
using MakeAnalysis = std::function<std::variant<Analysed, Response>(const Query& query)>;
Response analysis(const Ports& ports, const Request& request, const MakeAnalysis& make);

void append_mood(Json& out, const Mood& mood);  // the four parts
// mean of the scores, null when nothing is scored
void append_mean(Json& out, const Mood& mood);
std::int64_t scored(const Mood& mood);

}  // namespace tweetpulse::api
