#include "api/pages.h"

#include "api/accept.h"
#include "api/cursor.h"
#include "api/json.h"

namespace tweetpulse::api {
namespace {

constexpr std::string_view kNonceMark = "%CSP_NONCE%";

std::string policy(std::string_view nonce) {
  return "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-" + std::string(nonce) +
         "' 'report-sample'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
         "form-action 'self'; frame-ancestors 'none'";
}

Response html_page(std::string html, std::string_view nonce) {
  Response response;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"Content-Security-Policy", policy(nonce)}};
  response.body = std::move(html);
  return response;
}

std::string with_nonce(std::string_view html, std::string_view nonce) {
  std::string out;
  while (true) {
    const std::size_t at = html.find(kNonceMark);
    out += html.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += nonce;
    html.remove_prefix(at + kNonceMark.size());
  }
}

bool takes(const HttpRequest& http, std::string_view coding) {
  return http.header("accept-encoding").find(coding) != std::string_view::npos;
}

Response file_answer(const StaticFile& file, const HttpRequest& http) {
  Response response;
  const std::string etag = "\"" + sha256_hex(file.body, 24) + "\"";
  response.headers = {{"Content-Type", std::string(file.content_type)}, {"ETag", etag}};
  response.headers.emplace_back("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (http.header("if-none-match").find(etag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  std::string_view body = file.body;
  if (!file.brotli.empty() && takes(http, "br")) {
    body = file.brotli;
    response.headers.emplace_back("Content-Encoding", "br");
  } else if (!file.gzip.empty() && takes(http, "gzip")) {
    body = file.gzip;
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  response.compressible = body.data() == file.body.data();
  response.body = body;
  return response;
}

Response explanation() {
  return plain_page(
      "TweetPulse",
      "<p>The server runs. This binary was built without the web interface.</p>"
      "<p>To have it: install Node 20 and build with <code>-DTWEETPULSE_WITH_WEB=ON</code>, or serve a built "
      "folder with <code>--ui-dir web/dist</code>.</p>"
      "<ul><li><a href=\"/docs\">The interface for programs</a></li>"
      "<li><a href=\"/api/elastic/search?size=5&amp;pretty=true\">The newest tweets</a></li>"
      "<li><a href=\"/api/ingestion?pretty=true\">State of the pipeline</a></li>"
      "<li><a href=\"/readyz?verbose=true\">Health</a></li></ul>");
}

}  // namespace

std::optional<Response> web_page(const Shared& shared, const HttpRequest& http, std::string_view path) {
  const auto find = [&](std::string_view name) {
    return shared.config.files ? shared.config.files(name) : std::nullopt;
  };
  const std::string_view name = path.substr(1);
  if (!name.empty() && name != "index.html") {
    if (const auto file = find(name)) return file_answer(*file, http);
  }
  // A missing picture or script is no page of the app.
  const bool asks_file = name.substr(name.rfind('/') + 1).find('.') != std::string_view::npos && name != "index.html";
  if (asks_file || (path != "/" && !wants_html(http.header("accept")))) return std::nullopt;
  const auto index = find("index.html");
  if (!index) return path == "/" ? std::optional(explanation()) : std::nullopt;
  const std::string nonce = base64url(random_bytes(16));
  return html_page(with_nonce(index->body, nonce), nonce);
}

Response plain_page(std::string_view title, std::string_view body) {
  const std::string nonce = base64url(random_bytes(16));
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\"><title>";
  html.append(html_text(title)).append("</title><style nonce=\"").append(nonce);
  html.append(
      "\">:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;"
      "padding:0 1rem}code{font-family:ui-monospace,monospace}td,th{text-align:left;padding:.2rem .8rem .2rem 0;"
      "vertical-align:top}</style></head><body><main><h1>");
  html.append(html_text(title)).append("</h1>").append(body).append("</main></body></html>\n");
  return html_page(std::move(html), nonce);
}

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace tweetpulse::api
