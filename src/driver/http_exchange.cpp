#include "driver/http_exchange.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <cctype>
#include <ctime>

#include "base/log.h"
#include "driver/http_compression.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kWorthCompressing = 1024;
constexpr std::size_t kOneWrite = 16 * 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string* find(HttpHeaders& headers, std::string_view lower_case_name) {
  for (auto& [name, value] : headers) {
    if (name.size() == lower_case_name.size() && lower(name) == lower_case_name) return &value;
  }
  return nullptr;
}

std::string_view http_date() {
  thread_local std::time_t second = 0;
  thread_local char text[40] = "";
  thread_local std::size_t size = 0;
  const std::time_t current = std::time(nullptr);
  if (current != second) {
    second = current;
    std::tm parts{};
    gmtime_r(&current, &parts);
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    size = static_cast<std::size_t>(std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                                  kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                                                  parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec));
  }
  return {text, size};
}

HttpResponse problem(const HttpServerConfig& config, const HttpFault& fault, const HttpRequest* request) {
  if (config.problem) return config.problem(fault.status, fault.code, fault.detail, request);
  HttpResponse response;
  response.status = fault.status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = fault.detail + "\n";
  return response;
}

bool is_packed_already(std::string_view content_type) {
  if (content_type.starts_with("image/")) return !content_type.starts_with("image/svg");
  return content_type.starts_with("video/") || content_type.starts_with("audio/") ||
         content_type.starts_with("font/woff") || content_type == "application/zip" ||
         content_type == "application/gzip" || content_type == "application/zstd";
}

void compress_body(HttpResponse& response, const HttpRequest& request) {
  if (!response.compressible || response.stream || response.body.size() <= kWorthCompressing) return;
  if (response.status == 206 || find(response.headers, "content-encoding")) return;
  const std::string* type = find(response.headers, "content-type");
  if (type && is_packed_already(lower(*type))) return;
  if (std::string* vary = find(response.headers, "vary"); !vary) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
  } else if (lower(*vary).find("accept-encoding") == std::string::npos && *vary != "*") {
    *vary += ", Accept-Encoding";
  }
  const Coding coding = choose_coding(request.header("accept-encoding"));
  if (coding == Coding::none) return;
  std::string packed = compress(coding, response.body);
  if (packed.empty() || packed.size() >= response.body.size()) return;
  response.body = std::move(packed);
  response.headers.emplace_back("Content-Encoding", std::string(to_string(coding)));
}

// What a header value may not hold would let a handler's text begin a header of its own.
void append_clean(std::string& out, std::string_view text) {
  for (const char c : text) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

std::string head_of(const HttpResponse& response, const HttpAnswer& answer, bool length_known) {
  std::string head;
  head.reserve(256 + response.body.size() * (response.body.size() <= kOneWrite));
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason.data(), reason.size()).append("\r\nDate: ").append(http_date()).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    append_clean(head, name);
    head += ": ";
    append_clean(head, value);
    head += "\r\n";
  }
  if (answer.chunked) head += "Transfer-Encoding: chunked\r\n";
  if (length_known) head.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  head += answer.close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  return head;
}

HttpAnswer serialize(HttpResponse response, const HttpRequest* request, const HttpTerms& terms) {
  HttpAnswer answer;
  const bool head_only = request && request->method == "HEAD";
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  if (request && !bodiless) compress_body(response, *request);
  answer.chunked = response.stream && terms.chunks_understood && !bodiless;
  answer.close = response.close || !terms.keep_alive || (response.stream && !terms.chunks_understood);
  answer.head = head_of(response, answer, !bodiless && !response.stream);
  if (head_only || bodiless) {
    answer.chunked = false;
  } else if (response.stream) {
    answer.stream = std::move(response.stream);
  } else if (response.body.size() <= kOneWrite) {
    answer.head += response.body;
  } else {
    answer.body = std::move(response.body);
  }
  return answer;
}

HttpResponse call(const HttpServerConfig& config, const HttpServer::Handler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    log::error("driver", "A handler threw; the client gets 500.", {{"what", error.what()}});
  }
  return problem(config, {500, "internal", "The server failed at this request; its log says why."}, &request);
}

Unpacked unpack_body(HttpRequest& request, std::size_t limit) {
  const std::string coding(request.header("content-encoding"));
  if (coding.empty()) return Unpacked::whole;
  std::string plain;
  const Unpacked result = coding == "identity" ? Unpacked::whole : unpack(coding, request.body, limit, plain);
  if (result == Unpacked::unknown_coding) return result;
  std::erase_if(request.headers, [](const auto& header) { return header.first == "content-encoding"; });
  if (coding != "identity") request.body = std::move(plain);
  request.body_unreadable = result == Unpacked::damaged;
  if (request.body_unreadable) request.body.clear();
  return result;
}

}  // namespace

HttpAnswer prepare(const HttpServerConfig& config, const HttpServer::Handler& handler, HttpRequest request,
                   const HttpTerms& terms) {
  if (unpack_body(request, terms.unpacked_limit) == Unpacked::too_large) {
    const std::string limit = std::to_string(terms.unpacked_limit);
    return serialize(
        problem(config, {413, "body-too-large", "The body unpacks to more than " + limit + " bytes."}, &request),
        &request, terms);
  }
  HttpResponse response = call(config, handler, request);
  if (response.status == 101 && response.websocket) {
    HttpAnswer answer;
    answer.websocket = std::move(response.websocket);
    answer.upgrade_headers = std::move(response.headers);
    answer.request = std::move(request);
    return answer;
  }
  return serialize(std::move(response), &request, terms);
}

HttpAnswer refuse(const HttpServerConfig& config, const HttpFault& fault, const HttpRequest* request) {
  return serialize(problem(config, fault, request), request, {.keep_alive = false});
}

}  // namespace tweetpulse
