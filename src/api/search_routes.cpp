#include <chrono>

#include "api/handlers.h"
#include "api/json.h"
#include "api/kept_answers.h"
#include "api/problem.h"
#include "api/question.h"
#include "api/recent_figures.h"
#include "api/shared.h"
#include "api/stored_search.h"
#include "api/tweet_answer.h"
#include "search/search_index.h"

namespace tweetpulse::api {
namespace {

// An answer without the figures that age: they are written at the end, also into an answer that is given again.
struct Core {
  std::string next, previous, json;
};

std::string packed(const Core& core) {
  return core.next + "\n" + core.previous + "\n" + core.json;
}

Core unpacked(std::string_view text) {
  const std::size_t first = text.find('\n'), second = text.find('\n', first + 1);
  return {std::string(text.substr(0, first)), std::string(text.substr(first + 1, second - first - 1)),
          std::string(text.substr(second + 1))};
}

Sort sort_from(std::string_view name) {
  if (name == "oldest") return Sort::oldest;
  if (name == "relevancy") return Sort::relevancy;
  return name == "engagement" ? Sort::engagement : Sort::recency;
}

FindOptions options_of(const Values& values) {
  FindOptions options;
  options.sort = sort_from(values.text("sort"));
  options.size = static_cast<std::size_t>(values.integer("size"));
  options.track_total = values.flag("track_total");
  options.facets = values.list("facets");
  options.facet_size = static_cast<std::size_t>(values.integer("facet_size"));
  return options;
}

std::string page_cursor(const Request& request, const SortKey& key, bool back, Sort sort) {
  const bool keyset = sort == Sort::recency || sort == Sort::oldest;
  CursorNote note;
  note.weight = key.weight;
  note.ms = to_ms(key.position.created_at);
  note.id = key.position.id;
  note.back = back;
  return cursor_text(request, std::move(note), keyset ? std::chrono::hours(24) : std::chrono::minutes(5));
}

void append_facets(Json& out, const SearchPage& page, const std::vector<std::string>& wanted) {
  out.key("facets").open();
  for (const std::string& name : wanted) {
    out.key(name).open_list();
    const auto found = page.facets.find(name);
    if (found != page.facets.end()) {
      for (const ValueCount& value : found->second) {
        out.open().member("value", value.value).member("count", value.count).close();
      }
    }
    out.close_list();
  }
  out.close();
}

Core core_of(const Request& request, const Query& query, const FindOptions& options, const SearchPage& page,
             std::string_view backend, std::string_view failure) {
  Core core;
  if (page.more_after && !page.keys.empty()) core.next = page_cursor(request, page.keys.back(), false, options.sort);
  if (page.more_before && !page.keys.empty())
    core.previous = page_cursor(request, page.keys.front(), true, options.sort);
  const bool highlight = request.values.flag("highlight");
  const TweetForm form{Fields(request.values.list("fields")), request.values.flag("explain"),
                       highlight ? &query : nullptr};
  Json out;
  out.open().key("data").open_list();
  std::string tweet;
  for (const EnrichedTweet& found : page.tweets) {
    tweet.clear();
    append_tweet(tweet, found, form);
    out.raw(tweet);
  }
  out.close_list();
  if (!options.facets.empty()) append_facets(out, page, options.facets);
  out.key("meta").open().member("total", page.total).member("total_relation", page.total_exact ? "eq" : "gte");
  out.member("backend", backend).member("partial", !failure.empty()).key("failures").open_list();
  if (!failure.empty()) out.text(failure);
  out.close_list().key("next_cursor").text_or_null(core.next).key("prev_cursor").text_or_null(core.previous);
  core.json = out.take();
  return core;
}

Response finished(const Ports& ports, const Request& request, const Core& core, std::string_view etag,
                  std::chrono::steady_clock::time_point start) {
  const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start).count();
  std::string body = core.json;
  body += ",\"took_ms\":" + std::to_string(took) + ",\"behind_ms\":" + std::to_string(behind_ms(ports, request.shared));
  Json warnings;
  warnings.open_list();
  for (const std::string& warning : request.values.warnings) warnings.text(warning);
  body += ",\"warnings\":" + warnings.close_list().str() + "}}";
  Response response = json_answer(std::move(body));
  response.headers.emplace_back("Server-Timing", "search;dur=" + std::to_string(took));
  add_caching(response, etag, !etag.empty() && is_closed_range(request));
  add_links(response, request, core.next, core.previous);
  return response;
}

}  // namespace

Response search(const Ports& ports, const Request& request) {
  const auto start = std::chrono::steady_clock::now();
  FindOptions options = options_of(request.values);
  auto cursor = cursor_of(request);
  if (auto* refused = std::get_if<Response>(&cursor)) return std::move(*refused);
  if (const auto* note = std::get_if<CursorNote>(&cursor)) {
    const SortKey key{note->weight, {from_ms(note->ms), note->id}};
    (note->back ? options.before : options.after) = key;
  }
  const std::string etag = etag_of(request, search_changes(ports, request.shared));
  if (is_known(request, etag)) return not_modified(etag, is_closed_range(request));
  if (const auto kept = kept_answer(ports.cache, etag)) return finished(ports, request, unpacked(*kept), etag, start);
  const Query query = question_of(request.values);
  const auto page = ports.search.find(query, options);
  if (page) {
    const Core core = core_of(request, query, options, *page, ports.search.adapter(), "");
    keep_answer(ports.cache, etag, packed(core));
    return finished(ports, request, core, etag, start);
  }
  if (!page.error().retryable()) return port_problem(request, "search index", page.error());
  auto stored = find_in_store(ports, query, options);
  if (!stored) return port_problem(request, "search index", page.error());
  const Core core = core_of(request, query, stored->options, stored->page, "store",
                            "The search index does not answer; these are stored tweets.");
  return finished(ports, request, core, "", start);
}

}  // namespace tweetpulse::api
