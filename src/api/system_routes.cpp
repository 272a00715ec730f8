#include <algorithm>

#include "api/exposition.h"
#include "api/handlers.h"
#include "api/json.h"
#include "api/ports.h"
#include "api/question.h"
#include "api/readiness.h"
#include "api/shared.h"
#include "base/metrics.h"

namespace tweetpulse::api {
namespace {

Response plain(std::string body, std::string_view type) {
  Response response;
  response.headers = {{"Content-Type", std::string(type)}, {"Cache-Control", "no-store"}};
  response.body = std::move(body);
  return response;
}

Response ready_answer(bool ready, const std::vector<CheckResult>& results, bool all) {
  Response response = plain(ready_json(ready, results, all), "application/json");
  response.status = ready ? 200 : 503;
  if (!ready) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

Response healthz(const Ports&, const Request&) {
  return plain("ok\n", "text/plain; charset=utf-8");
}

Response readyz(const Ports& ports, const Request& request) {
  std::vector<CheckResult> results = check_results(ports, request.shared);
  bool ready = std::all_of(results.begin(), results.end(),
                           [](const CheckResult& result) { return result.ok || !result.needed; });
  if (request.shared.draining) {
    results.insert(results.begin(), {"drain", "", "the server is shutting down", false, true, 0});
    ready = false;
  }
  return ready_answer(ready, results, request.values.flag("verbose"));
}

Response startupz(const Ports& ports, const Request& request) {
  std::vector<CheckResult> results;
  if (ports.started) {
    const auto started = ports.started();
    results.push_back(
        {"start", "", started ? "" : "migrations or templates are not in place", started.has_value(), true, 0});
  }
  const bool ready = results.empty() || results.front().ok;
  return ready_answer(ready, results, request.values.flag("verbose"));
}

Response metrics_page(const Ports&, const Request&) {
  return plain(in_reading_order(metrics::scrape()), "text/plain; version=0.0.4; charset=utf-8");
}

Response version(const Ports&, const Request& request) {
  const BuildInfo& build = request.shared.config.build;
  Json out;
  out.open().member("name", build.name).member("version", build.version).member("commit", build.commit);
  out.member("compiler", build.compiler).key("adapters").open_list();
  for (const std::string& adapter : build.adapters) out.text(adapter);
  return json_answer(out.close_list().close().take());
}

}  // namespace tweetpulse::api
