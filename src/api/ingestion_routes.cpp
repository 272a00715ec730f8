#include <algorithm>
#include <array>

#include "api/body.h"
#include "api/cursor.h"
#include "api/handlers.h"
#include "api/json.h"
#include "api/pipeline_state.h"
#include "api/problem.h"
#include "api/question.h"
#include "api/shared.h"
#include "ingest/push_intake.h"
#include "query/parser.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {
namespace {

constexpr std::size_t kMostLines = 10'000, kShownFaults = 100;
constexpr std::array<std::string_view, 4> kKnownSources{"simulator", "x", "bluesky", "mastodon"};

std::string push_json(const PushVerdict& verdict) {
  Json out;
  out.open().member("accepted", verdict.accepted).member("duplicate", verdict.duplicate);
  out.member("filtered", verdict.filtered).key("refused").open_list();
  for (const auto& refused : verdict.refused) {
    out.open().member("line", refused.line).member("reason", refused.reason).close();
  }
  return out.close_list().member("receipt", verdict.receipt).close().take();
}

Response nothing_accepted(const Request& request, const PushVerdict& verdict) {
  std::vector<Fault> faults;
  for (const auto& refused : verdict.refused) {
    if (faults.size() == kShownFaults) break;
    faults.push_back(fault("nothing-accepted", std::to_string(refused.line), "refused: " + refused.reason,
                           refused.reason, "", "body"));
  }
  const std::string detail = verdict.refused.empty()
                                 ? "The body holds no line."
                                 : "Each of the " + std::to_string(verdict.refused.size()) +
                                       " lines was refused; the first: " + verdict.refused.front().reason + ".";
  return problem(request, "nothing-accepted", detail, faults);
}

Response push_refused(const Request& request, const Error& error) {
  if (error.code == ErrorCode::unavailable) {
    return problem(request, "backpressure", "There is no room now. Nothing of the body was taken; send it again.");
  }
  if (error.code == ErrorCode::timeout) {
    return problem(request, "unavailable",
                   "It is unknown what was taken. Send the body again: repeated tweets count once.");
  }
  if (error.code == ErrorCode::rejected) {
    const Fault made = fault("invalid-parameter", "format", error.what, "bad_value", request.values.text("format"));
    return problem(request, {&made, 1});
  }
  return port_problem(request, "queue", error);
}

Response push_once(const Ports& ports, const Request& request) {
  const std::string& body = request.http.body;
  if (static_cast<std::size_t>(std::count(body.begin(), body.end(), '\n')) > kMostLines) {
    return problem(request, "body-too-large", "At most 10,000 lines a body.");
  }
  const auto verdict = ports.intake.take(body, request.values.text("format"));
  if (!verdict) return push_refused(request, verdict.error());
  if (verdict->accepted + verdict->duplicate + verdict->filtered == 0) return nothing_accepted(request, *verdict);
  return json_answer(push_json(*verdict), 202);
}

bool is_visible_ascii(std::string_view key) {
  return key.size() <= 255 && std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 127; });
}

// A source that somebody knows, or every source.
std::variant<std::vector<std::string>, Response> sources_named(const Ports& ports, const Request& request) {
  static constexpr std::array kMembers{Param{.name = "source", .doc = "its name; all without it"}};
  auto read = body_values(request, kMembers);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const auto known = ports.store.books().sources();
  if (!known) return port_problem(request, "store", known.error());
  std::vector<std::string> names;
  for (const SourceState& source : *known) names.push_back(source.name);
  const std::string wanted = std::get<Values>(read).text("source");
  if (wanted.empty()) return names;
  std::vector<std::string_view> choices(kKnownSources.begin(), kKnownSources.end());
  choices.insert(choices.end(), names.begin(), names.end());
  if (std::find(choices.begin(), choices.end(), wanted) != choices.end()) return std::vector{wanted};
  Fault made = fault("invalid-parameter", "source", "is no source", "bad_value", wanted, "body");
  made.suggestion = nearest(wanted, choices);
  return problem(request, {&made, 1});
}

Response state_answer(const Ports& ports, const Request& request, int status) {
  const auto state = pipeline_state(ports);
  if (!state) return port_problem(request, "store", state.error());
  Json out;
  out.open().key("data").open().member("wanted", overall_wanted(*state)).member("state", overall_state(*state));
  out.key("sources");
  append_sources(out, *state);
  out.key("queue");
  append_queue(out, state->queue);
  out.key("ledger");
  append_ledger(out, *state);
  out.close().key("meta").open().member("as_of", request.now);
  append_warnings(out, *state);
  out.close().close();
  return json_answer(out.take(), status);
}

Response set_wanted(const Ports& ports, const Request& request, std::string_view wanted) {
  auto names = sources_named(ports, request);
  if (auto* refused = std::get_if<Response>(&names)) return std::move(*refused);
  for (const std::string& name : std::get<std::vector<std::string>>(names)) {
    const auto set = ports.store.books().set_wanted(name, wanted);
    if (!set) return port_problem(request, "store", set.error());
  }
  return state_answer(ports, request, 202);
}

}  // namespace

Response get_ingestion(const Ports& ports, const Request& request) {
  return state_answer(ports, request, 200);
}

Response push_tweets(const Ports& ports, const Request& request) {
  const std::string key(request.http.header("idempotency-key"));
  if (key.empty()) return push_once(ports, request);
  if (!is_visible_ascii(key)) {
    const Fault made = fault("invalid-parameter", "Idempotency-Key", "must be 1 to 255 visible ASCII characters",
                             "bad_value", "", "header");
    return problem(request, {&made, 1});
  }
  Idempotency& answers = request.shared.answers;
  auto begun = answers.begin(key, sha256_hex(request.values.text("format") + "\n" + request.http.body));
  if (auto* kept = std::get_if<HttpResponse>(&begun)) {
    kept->headers.emplace_back("Idempotent-Replayed", "true");
    return std::move(*kept);
  }
  const auto state = std::get<Idempotency::State>(begun);
  if (state == Idempotency::State::other_body) {
    return problem(request, "idempotency-mismatch", "This Idempotency-Key came before with another body.");
  }
  if (state == Idempotency::State::running) {
    return problem(request, "idempotency-in-progress", "The first call with this Idempotency-Key is still running.");
  }
  Response answer = push_once(ports, request);
  if (answer.status == 202) {
    answers.finish(key, answer);
  } else {
    answers.forget(key);
  }
  return answer;
}

Response start_ingestion(const Ports& ports, const Request& request) {
  return set_wanted(ports, request, "running");
}
Response stop_ingestion(const Ports& ports, const Request& request) {
  return set_wanted(ports, request, "stopped");
}
Response pause_ingestion(const Ports& ports, const Request& request) {
  return set_wanted(ports, request, "paused");
}
Response resume_ingestion(const Ports& ports, const Request& request) {
  return set_wanted(ports, request, "running");
}

}  // namespace tweetpulse::api
