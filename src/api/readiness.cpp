#include "api/readiness.h"

#include <chrono>

#include "api/json.h"
#include "base/log.h"

namespace tweetpulse::api {
namespace {

constexpr std::chrono::milliseconds kLife{1000};

CheckResult asked(const Check& check) {
  const auto start = std::chrono::steady_clock::now();
  const auto answer = check.ask();
  CheckResult result{check.name, check.adapter, "", answer.has_value(), check.needed, 0};
  result.ms = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start).count();
  if (!answer) {
    // The reason may name hosts: it belongs into the log alone.
    if (!check.failing.empty())
      result.detail = check.failing;
    else
      result.detail = answer.error().code == ErrorCode::timeout ? "no answer in time" : "does not answer";
    log::warn("api", "A readiness check failed.", {{"check", check.name}, {"error", answer.error().what}});
  }
  return result;
}

}  // namespace

std::vector<CheckResult> check_results(const Ports& ports, Shared& shared) {
  return shared.checks.get(kLife, [&] {
    std::vector<CheckResult> results;
    for (const Check& check : ports.checks) results.push_back(asked(check));
    return results;
  });
}

std::string ready_json(bool ready, const std::vector<CheckResult>& results, bool all) {
  Json out;
  out.open().member("ready", ready).key("checks").open_list();
  for (const CheckResult& result : results) {
    if (result.ok && !all) continue;
    out.open().member("name", result.name).member("adapter", result.adapter).member("ok", result.ok);
    out.member("ms", result.ms).member("detail", result.detail).close();
  }
  return out.close_list().close().take();
}

}  // namespace tweetpulse::api
