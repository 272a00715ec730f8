#include "api/analysis.h"

#include "api/kept_answers.h"
#include "api/question.h"
#include "api/recent_figures.h"
#include "api/shared.h"

namespace tweetpulse::api {
namespace {

Response finished(const Ports& ports, const Request& request, Analysed found, std::string_view etag,
                  std::chrono::steady_clock::time_point start) {
  const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start).count();
  Json tail;
  tail.open().member("took_ms", took).member("behind_ms", behind_ms(ports, request.shared));
  tail.member("partial", !found.failure.empty()).key("failures").open_list();
  if (!found.failure.empty()) tail.text(found.failure);
  tail.close_list().key("warnings").open_list();
  for (const std::string& warning : request.values.warnings) tail.text(warning);
  tail.close_list().close();
  Response response = json_answer(found.body + "," + tail.str().substr(1) + "}");
  response.headers.emplace_back("Server-Timing", "search;dur=" + std::to_string(took));
  add_caching(response, etag, !etag.empty() && is_closed_range(request));
  return response;
}

}  // namespace

Result<std::optional<Period>> period_of(const Ports& ports, const Request& request, const Query& query) {
  const auto from = request.values.time("from"), to = request.values.time("to");
  if (from && to) return std::optional(Period{*from, *to});
  const auto extent = ports.search.extent(query);
  if (!extent) return extent.error();
  if (!*extent) return std::optional<Period>();
  return std::optional(Period{from.value_or((*extent)->first), to.value_or((*extent)->second + milliseconds(1))});
}

Response analysis(const Ports& ports, const Request& request, const MakeAnalysis& make) {
  const auto start = std::chrono::steady_clock::now();
  const std::string etag = etag_of(request, search_changes(ports, request.shared));
  if (is_known(request, etag)) return not_modified(etag, is_closed_range(request));
  if (auto kept = kept_answer(ports.cache, etag)) return finished(ports, request, {std::move(*kept), ""}, etag, start);
  auto made = make(question_of(request.values));
  if (auto* refused = std::get_if<Response>(&made)) return std::move(*refused);
  Analysed& found = std::get<Analysed>(made);
  if (!found.failure.empty()) return finished(ports, request, std::move(found), "", start);
  keep_answer(ports.cache, etag, found.body);
  return finished(ports, request, std::move(found), etag, start);
}

void append_mood(Json& out, const Mood& mood) {
  out.member("positive", mood.positive).member("neutral", mood.neutral);
  out.member("negative", mood.negative).member("unscored", mood.unscored);
}

std::int64_t scored(const Mood& mood) {
  return mood.positive + mood.neutral + mood.negative;
}

void append_mean(Json& out, const Mood& mood) {
  out.key("mean_score");
  if (scored(mood) == 0) {
    out.null();
  } else {
    out.real(mood.score_sum / static_cast<double>(scored(mood)));
  }
}

}  // namespace tweetpulse::api
