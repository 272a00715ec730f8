#include <array>

#include "api/body.h"
#include "api/handlers.h"
#include "api/json.h"
#include "api/ports.h"
#include "api/problem.h"
#include "api/question.h"
#include "base/log.h"
#include "queue/queue.h"

namespace tweetpulse::api {
namespace {

constexpr std::array kFilter{Param{.name = "group", .doc = "ingest, elastic or persist"},
                             Param{.name = "reason", .doc = "why it is dead"}};

void append_letter(Json& out, const DeadLetter& letter) {
  out.open().member("id", letter.id).member("group", letter.group).member("reason", letter.reason);
  out.key("source").text_or_null(letter.source).key("tweet_id").text_or_null(letter.tweet_id);
  out.member("payload", letter.payload).member("attempts", letter.attempts);
  out.key("first_error").text_or_null(letter.first_error).key("last_error").text_or_null(letter.last_error);
  out.member("first_at", letter.first_at).member("last_at", letter.last_at).close();
}

Response done(const Request& request, std::string_view what, const DeadLetterFilter& filter,
              const Result<std::int64_t>& count) {
  if (!count && count.error().code == ErrorCode::rejected) {
    const bool one = !filter.id.empty();
    const Fault made = fault("invalid-parameter", one ? "id" : "group",
                             one ? "is refused input: it has no tweet to push again"
                                 : "takes in refused input, which has no tweet to push again; name elastic or persist",
                             "refused_input", one ? filter.id : filter.group, one ? "path" : "body");
    return problem(request, {&made, 1});
  }
  if (!count) return port_problem(request, "queue", count.error());
  if (*count == 0 && !filter.id.empty()) return problem(request, "not-found", "There is no dead letter with this id.");
  log::info("api", "Dead letters were handled.",
            {{"what", what},
             {"count", *count},
             {"id", filter.id},
             {"group", filter.group},
             {"reason", filter.reason},
             {"request_id", request.request_id}});
  Json out;
  out.open().key("data").open().member(what, *count).close();
  out.key("meta").open().key("warnings").open_list().close_list().close().close();
  return json_answer(out.take(), 202);
}

std::variant<DeadLetterFilter, Response> filter_of(const Request& request) {
  auto read = body_values(request, kFilter);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const Values& values = std::get<Values>(read);
  return DeadLetterFilter{"", values.text("group"), values.text("reason")};
}

}  // namespace

Response dead_letters(const Ports& ports, const Request& request) {
  auto cursor = cursor_of(request);
  if (auto* refused = std::get_if<Response>(&cursor)) return std::move(*refused);
  const auto* note = std::get_if<CursorNote>(&cursor);
  const DeadLetterFilter filter{"", request.values.text("group"), request.values.text("reason")};
  const auto limit = static_cast<std::size_t>(request.values.integer("limit"));
  const auto page = ports.queue.dead_letters(filter, limit, note != nullptr ? note->id : "");
  if (!page) return port_problem(request, "queue", page.error());
  std::string next;
  if (!page->next.empty()) {
    CursorNote after;
    after.id = page->next;
    next = cursor_text(request, std::move(after), std::chrono::hours(24));
  }
  Json out;
  out.open().key("data").open_list();
  for (const DeadLetter& letter : page->letters) append_letter(out, letter);
  out.close_list().key("meta").open().member("count", page->letters.size());
  out.key("next_cursor").text_or_null(next).key("prev_cursor").null();
  out.key("warnings").open_list().close_list().close().close();
  Response response = json_answer(out.take());
  add_links(response, request, next, "");
  return response;
}

Response redrive_letter(const Ports& ports, const Request& request) {
  const DeadLetterFilter filter{request.variable, "", ""};
  return done(request, "redriven", filter, ports.queue.redrive(filter));
}

Response discard_letter(const Ports& ports, const Request& request) {
  const DeadLetterFilter filter{request.variable, "", ""};
  return done(request, "discarded", filter, ports.queue.discard(filter));
}

Response redrive_letters(const Ports& ports, const Request& request) {
  auto filter = filter_of(request);
  if (auto* refused = std::get_if<Response>(&filter)) return std::move(*refused);
  const auto& chosen = std::get<DeadLetterFilter>(filter);
  return done(request, "redriven", chosen, ports.queue.redrive(chosen));
}

Response discard_letters(const Ports& ports, const Request& request) {
  auto filter = filter_of(request);
  if (auto* refused = std::get_if<Response>(&filter)) return std::move(*refused);
  const auto& chosen = std::get<DeadLetterFilter>(filter);
  return done(request, "discarded", chosen, ports.queue.discard(chosen));
}

}  // namespace tweetpulse::api
