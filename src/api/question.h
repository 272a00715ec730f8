// A question to the search index, as the parameters of a request ask it. Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/cursor.h"
#include "api/route.h"
#include "query/ast.h"

namespace tweetpulse::api {

// q and the shorthand filters, each and-ed; from and to unless given as `std::nullopt` pair.
Query question_of(const Values& values, bool with_times = true);
void narrow_to(Query& query, std::optional<Time> from, std::optional<Time> to);

// Equal for requests that ask the same of the same route: what a cursor is bound to. Words such as now-1h stay words.
std::string cursor_question(const Request& request);
// Equal for requests that must get the same bytes: what an answer may be kept under.
std::string exact_question(const Request& request);

// The cursor of the request: nothing, a note, or the answer that refuses it.
std::variant<std::monostate, CursorNote, Response> cursor_of(const Request& request);
std::string cursor_text(const Request& request, CursorNote note, std::chrono::milliseconds life);

// Weak ETag over the change counter and the question; "" = unknown counter.
std::string etag_of(const Request& request, const std::optional<std::int64_t>& changes);
bool is_known(const Request& request, std::string_view etag);  // If-None-Match names it
// Adds ETag, Cache-Control, Vary; `closed`: the range ended over an hour ago.
void add_caching(Response& response, std::string_view etag, bool closed);
Response not_modified(std::string_view etag, bool closed);
bool is_closed_range(const Request& request);

// Link: <..>; rel="next". Empty cursors are left out. GET only.
void add_links(Response& response, const Request& request, std::string_view next, std::string_view previous);

Response json_answer(std::string body, int status = 200);

}  // namespace tweetpulse::api
