#include "api/question.h"

#include <array>

#include "api/problem.h"
#include "api/shared.h"
#include "query/terms.h"

namespace tweetpulse::api {
namespace {

// What a cursor depends on; page size, fields and the like may change on the way.
constexpr std::array<std::string_view, 17> kQuestion{"q",        "from",     "to",        "tz",    "lang",  "sentiment",
                                                     "kind",     "hashtag",  "author",    "has",   "sort",  "order",
                                                     "since_id", "until_id", "dimension", "group", "reason"};

std::string_view without(std::string_view text, char sigil) {
  return text.starts_with(sigil) ? text.substr(1) : text;
}

std::optional<QueryNode> filter_node(std::string_view name, const std::string& value) {
  if (name == "lang") return QueryNode{LangNode{normal_language(value)}};
  if (name == "hashtag") return QueryNode{TagNode{TagField::hashtag, fold(without(value, '#'))}};
  if (name == "author") return QueryNode{FromNode{fold(without(value, '@'))}};
  if (name == "kind") return QueryNode{IsNode{kind_from(value).value_or(Kind::original)}};
  if (name == "sentiment") {
    const auto label = sentiment_from(value);
    return label ? QueryNode{SentimentNode{*label}} : QueryNode{UnscoredNode{}};
  }
  if (value == "hashtags") return QueryNode{HasNode{HasField::hashtags}};
  if (value == "mentions") return QueryNode{HasNode{HasField::mentions}};
  if (value == "media") return QueryNode{HasNode{HasField::media}};
  return QueryNode{HasNode{HasField::links}};
}

std::string encoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
  }
  return out;
}

// The request's own address with another cursor.
std::string address_with(const Request& request, std::string_view cursor) {
  const std::string_view target = request.http.target;
  const std::size_t mark = target.find('?');
  std::string out(target.substr(0, mark));
  char separator = '?';
  for (const auto& [name, value] :
       query_pairs(mark == std::string_view::npos ? "" : target.substr(mark + 1)).value_or(Pairs{})) {
    if (name == "cursor" || name == "pagination_token" || name == "next_token") continue;
    out.append(1, separator).append(encoded(name)).append("=").append(encoded(value));
    separator = '&';
  }
  return out.append(1, separator).append("cursor=").append(encoded(cursor));
}

}  // namespace

Query question_of(const Values& values, bool with_times) {
  Query query = values.query;
  for (const std::string_view name : {"lang", "sentiment", "kind", "hashtag", "author", "has"}) {
    OrNode any;
    for (const std::string& value : values.list(name)) {
      if (auto node = filter_node(name, value)) any.parts.push_back(std::move(*node));
    }
    if (any.parts.size() == 1) {
      query.narrow(std::move(any.parts.front()));
    } else if (!any.parts.empty()) {
      query.narrow(QueryNode{std::move(any)});
    }
  }
  if (with_times) narrow_to(query, values.time("from"), values.time("to"));
  return query;
}

void narrow_to(Query& query, std::optional<Time> from, std::optional<Time> to) {
  if (from) query.narrow(QueryNode{SinceNode{*from}});
  if (to) query.narrow(QueryNode{UntilNode{*to}});
}

std::string cursor_question(const Request& request) {
  std::string text;
  for (const std::string_view name : kQuestion) {
    for (const std::string& value : request.values.list(name)) text.append(name).append("=").append(value).append("\n");
  }
  return sha256_hex(text, 24);
}

std::string exact_question(const Request& request) {
  std::string text(request.route.path);
  text += '\n';
  for (const auto& [name, value] : request.values.values) {
    for (const std::string& part : value.texts) text.append(name).append("=").append(part).append("\n");
    if (value.time) text.append("@").append(std::to_string(to_ms(*value.time))).append("\n");
  }
  // q may hold `now`, which the tree has as a time.
  return text + print(request.values.query) + '\n' + std::string(request.http.header("accept"));
}

std::variant<std::monostate, CursorNote, Response> cursor_of(const Request& request) {
  const std::string& cursor = request.values.text("cursor");
  if (cursor.empty()) return std::monostate{};
  auto read = request.shared.cursors.read(cursor, request.route.path, cursor_question(request), request.now);
  if (auto* note = std::get_if<CursorNote>(&read)) return std::move(*note);
  const CursorFault found = std::get<CursorFault>(read);
  const std::string_view code = found == CursorFault::invalid    ? "cursor-invalid"
                                : found == CursorFault::mismatch ? "cursor-mismatch"
                                                                 : "cursor-expired";
  Fault made = fault(code, "cursor", std::string(problem_kind(code).title), code);
  return problem(request, code, problem_kind(code).explanation, {&made, 1});
}

std::string cursor_text(const Request& request, CursorNote note, std::chrono::milliseconds life) {
  note.route = request.route.path;
  note.question = cursor_question(request);
  note.expires = request.now + life;
  return request.shared.cursors.write(note);
}

std::string etag_of(const Request& request, const std::optional<std::int64_t>& changes) {
  if (!changes) return "";
  return "W/\"" + sha256_hex(std::to_string(*changes) + "\n" + exact_question(request), 24) + "\"";
}

bool is_known(const Request& request, std::string_view etag) {
  if (etag.empty()) return false;
  const std::string_view header = request.http.header("if-none-match");
  return header == "*" || header.find(etag.substr(2)) != std::string_view::npos;
}

void add_caching(Response& response, std::string_view etag, bool closed) {
  if (!etag.empty()) response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control",
                                closed ? "private, max-age=300" : "private, max-age=0, must-revalidate");
}

Response not_modified(std::string_view etag, bool closed) {
  Response response;
  response.status = 304;
  add_caching(response, etag, closed);
  return response;
}

bool is_closed_range(const Request& request) {
  const auto to = request.values.time("to");
  return to && *to + std::chrono::hours(1) < request.now;
}

void add_links(Response& response, const Request& request, std::string_view next, std::string_view previous) {
  if (request.http.method == "POST") return;
  std::string links;
  if (!next.empty()) links += "<" + address_with(request, next) + ">; rel=\"next\"";
  if (!previous.empty()) links += (links.empty() ? "<" : ", <") + address_with(request, previous) + ">; rel=\"prev\"";
  if (!links.empty()) response.headers.emplace_back("Link", links);
}

Response json_answer(std::string body, int status) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

}  // namespace tweetpulse::api
