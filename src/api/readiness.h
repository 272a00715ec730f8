// Asks every port whether it answers, at most once a second. Threads: any.
#pragma once

#include <string>
#include <vector>

#include "api/ports.h"
#include "api/shared.h"

namespace tweetpulse::api {

std::vector<CheckResult> check_results(const Ports& ports, Shared& shared);
// {"ready":..,"checks":[..]}; `all`: the passing checks too.
std::string ready_json(bool ready, const std::vector<CheckResult>& results, bool all);

}  // namespace tweetpulse::api
