#include "driver/http_request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <limits>

namespace tweetpulse {
namespace {

namespace http = boost::beast::http;
constexpr std::size_t kChunkHeader = 8 * 1024;

std::string lower(boost::beast::string_view text) {
  std::string out(text.data(), text.size());
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

// A proxy's form `GET http://host/path`: what counts is the path.
std::string origin_form(boost::beast::string_view target) {
  std::string_view rest(target.data(), target.size());
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!rest.starts_with(scheme)) continue;
    rest.remove_prefix(scheme.size());
    const auto slash = rest.find_first_of("/?");
    if (slash == std::string_view::npos) return "/";
    return rest[slash] == '?' ? "/" + std::string(rest.substr(slash)) : std::string(rest.substr(slash));
  }
  return std::string(rest);
}

}  // namespace

struct HttpRequestReader::Parser : http::request_parser<http::string_body> {};

HttpRequestReader::HttpRequestReader(const HttpServerConfig& config, std::string remote)
    : config_(&config), remote_(std::move(remote)) {}
HttpRequestReader::~HttpRequestReader() = default;

HttpRequestReader::State HttpRequestReader::fail(int status, std::string_view code, std::string detail) {
  fault_ = {status, code, std::move(detail)};
  return State::fault;
}

HttpRequestReader::State HttpRequestReader::read(std::string& in) {
  if (!parser_) {
    if (const State state = find_head(in); state != State::complete) return state;
    if (const State state = read_head(in); state != State::complete) return state;
  }
  return read_body(in);
}

// The head is looked at line by line before Beast sees it, because Beast unfolds folded headers silently.
HttpRequestReader::State HttpRequestReader::find_head(const std::string& in) {
  for (;;) {
    const auto feed = in.find('\n', scanned_);
    const std::size_t size = feed == std::string::npos ? in.size() : feed;
    if (first_line_ == 0 && size > config_->max_target_bytes + 2) {
      return fail(414, "uri-too-long",
                  "The request line is longer than " + std::to_string(config_->max_target_bytes) + " bytes.");
    }
    if (first_line_ != 0 && size > first_line_ + config_->max_header_bytes) {
      return fail(431, "headers-too-large",
                  "The headers are longer than " + std::to_string(config_->max_header_bytes) + " bytes.");
    }
    if (feed == std::string::npos) return State::more;
    if (feed == 0 || in[feed - 1] != '\r') return malformed("A line of the head ends without a carriage return.");
    const std::string_view line(in.data() + scanned_, feed - 1 - scanned_);
    scanned_ = feed + 1;
    if (line.empty()) {
      head_ = scanned_;
      return lines_ == 0 ? malformed("The request has no request line.") : State::complete;
    }
    if (const State state = check_line(line); state == State::fault) return state;
  }
}

HttpRequestReader::State HttpRequestReader::check_line(std::string_view line) {
  if (lines_ == 0) first_line_ = scanned_;
  if (lines_ != 0 && (line.front() == ' ' || line.front() == '\t')) return malformed("A header is folded.");
  if (++lines_ > config_->max_headers + 1) {
    return fail(431, "headers-too-large", "There are more than " + std::to_string(config_->max_headers) + " headers.");
  }
  return State::more;
}

HttpRequestReader::State HttpRequestReader::read_head(std::string& in) {
  parser_ = std::make_unique<Parser>();
  parser_->header_limit(std::numeric_limits<std::uint32_t>::max());
  parser_->body_limit(boost::none);
  boost::beast::error_code error;
  const std::size_t used = parser_->put(boost::asio::buffer(in.data(), head_), error);
  if (error || !parser_->is_header_done() || used != head_) {
    parser_.reset();
    return malformed("The head of the request is not HTTP/1.1: " + (error ? error.message() : "bad line") + ".");
  }
  in.erase(0, head_);
  const auto& message = parser_->get();
  request_ = HttpRequest{};
  request_.method = std::string(message.method_string());
  request_.target = origin_form(message.target());
  request_.remote = remote_;
  request_.headers.reserve(lines_);
  for (const auto& field : message)
    request_.headers.emplace_back(lower(field.name_string()), std::string(field.value()));
  keep_alive_ = message.keep_alive();
  chunks_understood_ = message.version() >= 11;
  return check_fields();
}

HttpRequestReader::State HttpRequestReader::check_fields() {
  std::size_t hosts = 0, lengths = 0, codings = 0;
  for (const auto& [name, value] : request_.headers) {
    hosts += name == "host";
    lengths += name == "content-length";
    if (name != "transfer-encoding") continue;
    ++codings;
    if (lower(value) != "chunked") return malformed("The only Transfer-Encoding taken is chunked.");
  }
  if (hosts > 1 || (hosts == 0 && chunks_understood_)) return malformed("The request must name one Host.");
  if (lengths > 1 || codings > 1) return malformed("The length of the body is given more than once.");
  if (lengths != 0 && codings != 0) return malformed("Content-Length and Transfer-Encoding exclude each other.");
  if (codings != 0 && !chunks_understood_) return malformed("HTTP/1.0 has no Transfer-Encoding.");
  chunked_ = codings != 0;
  return check_length();
}

HttpRequestReader::State HttpRequestReader::check_length() {
  constexpr std::size_t kDefaultLimit = 1024 * 1024;
  std::tie(wire_limit_, unpacked_limit_) = config_->body_limit
                                               ? config_->body_limit(request_.method, path_of(request_.target))
                                               : std::pair(kDefaultLimit, kDefaultLimit);
  length_ = 0;
  const std::string_view length = request_.header("content-length");
  if (!length.empty()) {
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), length_);
    if (error != std::errc{} || end != length.data() + length.size()) {
      return malformed("Content-Length is not a number.");
    }
  }
  if (length_ > wire_limit_) {
    return fail(413, "body-too-large", "The body is larger than " + std::to_string(wire_limit_) + " bytes.");
  }
  if (chunked_) parser_->body_limit(wire_limit_);
  parser_->header_limit(kChunkHeader);
  parser_->eager(true);
  const bool expected = lower(request_.header("expect")) == "100-continue" && chunks_understood_;
  continue_wanted_ = expected && (chunked_ || length_ != 0);
  return State::complete;
}

HttpRequestReader::State HttpRequestReader::read_body(std::string& in) {
  std::size_t taken = 0;
  boost::beast::error_code error;
  while (!parser_->is_done() && taken < in.size() && !error) {
    taken += parser_->put(boost::asio::buffer(in.data() + taken, in.size() - taken), error);
  }
  in.erase(0, taken);
  if (error == http::error::body_limit) {
    return fail(413, "body-too-large", "The body is larger than " + std::to_string(wire_limit_) + " bytes.");
  }
  if (error && error != http::error::need_more) return malformed("The chunks of the body are broken.");
  if (parser_->is_done()) return State::complete;
  if (in.size() > kChunkHeader) return malformed("A chunk has a head longer than 8192 bytes.");
  return State::more;
}

bool HttpRequestReader::take_continue() {
  const bool wanted = continue_wanted_ && parser_ && !parser_->is_done();
  continue_wanted_ = false;
  return wanted;
}

HttpRequest HttpRequestReader::take() {
  request_.body = std::move(parser_->get().body());
  parser_.reset();
  scanned_ = lines_ = first_line_ = head_ = 0;
  continue_wanted_ = false;
  return std::move(request_);
}

}  // namespace tweetpulse
