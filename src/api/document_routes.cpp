#include "api/cursor.h"
#include "api/json.h"
#include "api/pages.h"
#include "api/problem.h"
#include "api/question.h"
#include "api/routes.h"
#include "api/yaml.h"

namespace tweetpulse::api {
namespace {

const std::string& document(const Request& request) {
  static const std::string json = openapi_json(request.shared.config.build.version);
  return json;
}

Response swagger_page() {
  Response response;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store"}};
  // Swagger UI writes style elements and pictures of its own; no other page may.
  response.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
      "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
  response.body =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\"><title>TweetPulse API</title><link rel=\"stylesheet\" "
      "href=\"/docs-assets/swagger-ui.css\"></head>"
      "<body><div id=\"swagger-ui\"></div><script src=\"/docs-assets/swagger-ui-bundle.js\"></script>"
      "<script src=\"/docs-assets/init.js\"></script></body></html>\n";
  return response;
}

// What /docs shows when Swagger UI was not built in: the same table, without the means to try it.
Response route_list() {
  std::string body =
      "<p>Machine-readable: <a href=\"/openapi.json\">openapi.json</a>, <a "
      "href=\"/openapi.yaml\">openapi.yaml</a>.</p><table>";
  for (const Route& route : kRoutes) {
    body.append("<tr><td><code>").append(route.method).append("</code></td><td><code>").append(html_text(route.path));
    body.append("</code></td><td>").append(html_text(route.summary));
    for (const Param& param : route.params) {
      body.append("<br><code>").append(param.name).append("</code> ").append(html_text(param.doc));
    }
    body.append("</td></tr>");
  }
  return plain_page("TweetPulse API", body + "</table>");
}

}  // namespace

Response openapi_document(const Ports&, const Request& request) {
  return json_answer(document(request));
}

Response openapi_yaml(const Ports&, const Request& request) {
  static const std::string yaml = yaml_of(document(request));
  Response response;
  response.headers.emplace_back("Content-Type", "application/yaml");
  response.body = yaml;
  return response;
}

Response docs(const Ports&, const Request& request) {
  const StaticFiles& files = request.shared.config.files;
  return files && files("docs-assets/swagger-ui-bundle.js") ? swagger_page() : route_list();
}

Response problem_page(const Ports&, const Request& request) {
  for (const ProblemKind& kind : problem_kinds()) {
    if (kind.code != request.variable) continue;
    const std::string status = std::to_string(kind.status);
    return plain_page(kind.title, "<p>Status " + status + ", code <code>" + std::string(kind.code) + "</code></p><p>" +
                                      html_text(kind.explanation) + "</p><p><a href=\"/docs\">The interface</a></p>");
  }
  return problem(request, "not-found", "There is no error of this name.");
}

}  // namespace tweetpulse::api
