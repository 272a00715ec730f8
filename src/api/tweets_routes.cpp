#include <algorithm>
#include <chrono>

#include "api/accept.h"
#include "api/handlers.h"
#include "api/json.h"
#include "api/problem.h"
#include "api/question.h"
#include "api/recent_figures.h"
#include "api/shared.h"
#include "api/stored_filter.h"
#include "api/tweet_answer.h"
#include "api/tweet_stream.h"

namespace tweetpulse::api {
namespace {

constexpr std::chrono::hours kCursorLife{24};

struct Page {
  std::vector<EnrichedTweet> tweets;
  bool more_after = false, more_before = false;  // in the order of the page
};

// One row more than asked for tells whether there is another page.
Result<Page> page_of(TweetStore& store, TweetFilter filter, const CursorNote* note) {
  const bool back = note != nullptr && note->back;
  const std::size_t limit = filter.limit;
  if (back) filter.descending = !filter.descending;
  if (note != nullptr) {
    const Position edge{from_ms(note->ms), note->id};
    auto& bound = filter.descending ? filter.before : filter.after;
    if (!bound || (filter.descending ? edge < *bound : edge > *bound)) bound = edge;
  }
  filter.limit = limit + 1;
  auto rows = store.find(filter);
  if (!rows) return rows.error();
  Page page{std::move(*rows), false, false};
  const bool more = page.tweets.size() > limit;
  if (more) page.tweets.resize(limit);
  if (back) std::reverse(page.tweets.begin(), page.tweets.end());
  page.more_after = back || more;
  page.more_before = back ? more : note != nullptr;
  return page;
}

std::string cursor_at(const Request& request, const EnrichedTweet& row, bool back) {
  CursorNote note;
  note.ms = to_ms(row.tweet.created_at);
  note.id = row.tweet.id;
  note.back = back;
  return cursor_text(request, std::move(note), kCursorLife);
}

Response page_answer(const Ports& ports, const Request& request, const Page& page, milliseconds took) {
  const bool any = !page.tweets.empty();
  const std::string next = any && page.more_after ? cursor_at(request, page.tweets.back(), false) : "";
  const std::string previous = any && page.more_before ? cursor_at(request, page.tweets.front(), true) : "";
  const TweetForm form{Fields(request.values.list("fields")), false, nullptr};
  Json out;
  out.open().key("data").open_list();
  std::string tweet;
  for (const EnrichedTweet& row : page.tweets) {
    tweet.clear();
    append_tweet(tweet, row, form);
    out.raw(tweet);
  }
  out.close_list().key("meta").open().member("count", page.tweets.size()).member("order", request.values.text("order"));
  out.member("took_ms", took.count()).member("backend", ports.store.adapter());
  out.key("next_cursor").text_or_null(next).key("prev_cursor").text_or_null(previous);
  out.key("warnings").open_list().close_list().close().close();
  Response response = json_answer(out.take());
  add_links(response, request, next, previous);
  return response;
}

Response stream_answer(const Ports& ports, const Request& request, TweetFilter filter, bool csv) {
  Response response;
  response.headers.emplace_back("Content-Type",
                                csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson");
  response.headers.emplace_back("Cache-Control", "no-store");
  if (request.http.method == "HEAD") return response;
  const auto& fields = request.values.list("fields");
  response.stream = csv ? csv_stream(ports.store, std::move(filter), fields, request.values.text("csv_ids") == "excel")
                        : ndjson_stream(ports.store, std::move(filter), Fields(fields));
  return response;
}

}  // namespace

Response list_tweets(const Ports& ports, const Request& request) {
  const auto start = std::chrono::steady_clock::now();
  auto cursor = cursor_of(request);
  if (auto* refused = std::get_if<Response>(&cursor)) return std::move(*refused);
  const std::string_view form = best_media(request.http.header("accept"), request.route.media);
  if (form == "application/json") {
    const std::string etag = etag_of(request, store_changes(ports, request.shared));
    if (is_known(request, etag)) return not_modified(etag, is_closed_range(request));
    auto filter = filter_of(ports, request);
    if (auto* refused = std::get_if<Response>(&filter)) return std::move(*refused);
    auto page = page_of(ports.store, std::move(std::get<TweetFilter>(filter)), std::get_if<CursorNote>(&cursor));
    if (!page) return port_problem(request, "store", page.error());
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
    Response response = page_answer(ports, request, *page, took);
    add_caching(response, etag, is_closed_range(request));
    return response;
  }
  auto filter = filter_of(ports, request);
  if (auto* refused = std::get_if<Response>(&filter)) return std::move(*refused);
  return stream_answer(ports, request, std::move(std::get<TweetFilter>(filter)), form == "text/csv");
}

namespace {

Dimension dimension_from(std::string_view name) {
  if (name == "lang") return Dimension::lang;
  if (name == "source") return Dimension::source;
  if (name == "kind") return Dimension::kind;
  return name == "sentiment" ? Dimension::sentiment : Dimension::none;
}

}  // namespace

Response hourly(const Ports& ports, const Request& request) {
  auto cursor = cursor_of(request);
  if (auto* refused = std::get_if<Response>(&cursor)) return std::move(*refused);
  std::optional<HourCount> after;
  if (const auto* note = std::get_if<CursorNote>(&cursor)) after = HourCount{from_ms(note->ms), note->id, 0};
  const Dimension dimension = dimension_from(request.values.text("dimension"));
  const auto limit = static_cast<std::size_t>(request.values.integer("limit"));
  auto rows = ports.store.hourly(dimension, request.values.time("from"), request.values.time("to"), after, limit + 1);
  if (!rows) return port_problem(request, "store", rows.error());
  std::string next;
  if (rows->size() > limit) {
    rows->resize(limit);
    CursorNote note;
    note.ms = to_ms(rows->back().hour);
    note.id = rows->back().value;
    next = cursor_text(request, std::move(note), kCursorLife);
  }
  Json out;
  out.open().key("data").open_list();
  for (const HourCount& row : *rows) {
    out.open().member("hour", row.hour).key("value");
    if (dimension == Dimension::none) {
      out.null();
    } else {
      out.text(row.value);
    }
    out.member("tweets", row.tweets).close();
  }
  out.close_list().key("meta").open().member("count", rows->size()).key("dimension");
  out.text_or_null(request.values.text("dimension")).member("backend", ports.store.adapter());
  out.key("next_cursor").text_or_null(next).key("prev_cursor").null();
  out.key("warnings").open_list().close_list().close().close();
  Response response = json_answer(out.take());
  add_links(response, request, next, "");
  return response;
}

}  // namespace tweetpulse::api
