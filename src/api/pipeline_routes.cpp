#include "api/handlers.h"
#include "api/json.h"
#include "api/pipeline_state.h"
#include "api/problem.h"
#include "api/question.h"
#include "api/readiness.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {
namespace {

std::string closed(Json& out) {
  return out.key("warnings").open_list().close_list().close().close().take();
}

void append_gap(Json& out, const Gap& gap) {
  out.open().member("source", gap.source).member("cause", gap.cause).member("from", gap.from).member("to", gap.to);
  out.key("filled").text_or_null(gap.filled).key("lost");
  if (gap.lost) {
    out.number(*gap.lost);
  } else {
    out.null();
  }
  out.close();
}

void append_row(Json& out, const LedgerRow& row) {
  out.open().member("source", row.source).member("minute", row.minute);
  append_tally(out, row.tally);
  out.member("unconfirmed", row.tally.unconfirmed).key("reasons").open();
  for (const auto& [reason, count] : row.tally.refused) out.member(reason, count);
  out.close().close();
}

}  // namespace

Response streams(const Ports& ports, const Request& request) {
  const auto status = ports.queue.status();
  if (!status) return port_problem(request, "queue", status.error());
  Json out;
  out.open().key("data");
  append_queue(out, *status);
  out.key("meta").open().member("as_of", request.now).key("warnings").open_list();
  if (!status->durable) out.text("weak_durability");
  return json_answer(out.close_list().close().close().take());
}

Response workers(const Ports& ports, const Request& request) {
  const auto found = ports.store.books().workers();
  if (!found) return port_problem(request, "store", found.error());
  Json out;
  out.open().key("data").open_list();
  for (const WorkerState& worker : *found) {
    out.open().member("id", worker.id).member("role", worker.role).member("group", worker.group);
    out.member("version", worker.version).member("started_at", worker.started_at).member("beat_at", worker.beat_at);
    out.member("beat_age_ms", std::max<std::int64_t>(0, (request.now - worker.beat_at).count()));
    out.member("batch_size", worker.batch_size).key("batch_p50_ms").real(worker.batch_p50_ms, 2);
    out.key("batch_p95_ms").real(worker.batch_p95_ms, 2).member("done", worker.done).member("failed", worker.failed);
    out.close();
  }
  out.close_list().key("meta").open().member("as_of", request.now);
  return json_answer(closed(out));
}

Response stores(const Ports& ports, const Request& request) {
  const auto results = check_results(ports, request.shared);
  Json out;
  out.open().key("data").open_list();
  for (const Place& place : ports.places ? ports.places() : std::vector<Place>()) {
    out.open().member("name", place.name).member("adapter", place.adapter).member("where", place.where).key("bytes");
    if (place.bytes) {
      out.number(*place.bytes);
    } else {
      out.null();
    }
    const CheckResult* checked = nullptr;
    for (const CheckResult& result : results) {
      if (result.name == place.name) checked = &result;
    }
    out.key("ok");
    if (checked == nullptr) {
      out.null().key("ms").null();
    } else {
      out.boolean(checked->ok).member("ms", checked->ms);
    }
    out.close();
  }
  out.close_list().key("meta").open().member("as_of", request.now);
  return json_answer(closed(out));
}

Response ledger(const Ports& ports, const Request& request) {
  const auto from = request.values.time("from"), to = request.values.time("to");
  const auto state = pipeline_state(ports);
  if (!state) return port_problem(request, "store", state.error());
  const auto rows = ports.store.books().ledger(from, to);
  if (!rows) return port_problem(request, "store", rows.error());
  const auto gaps = ports.store.books().gaps(from, to);
  if (!gaps) return port_problem(request, "store", gaps.error());
  Json out;
  out.open().key("data").open().key("totals");
  append_ledger(out, *state);
  out.key("sources").open_list();
  for (const auto& [name, tally] : state->by_source) {
    out.open().member("source", name);
    append_tally(out, tally);
    out.close();
  }
  out.close_list().key("minutes").open_list();
  for (const LedgerRow& row : *rows) append_row(out, row);
  out.close_list().key("gaps").open_list();
  for (const Gap& gap : *gaps) append_gap(out, gap);
  out.close_list().close().key("meta").open().member("as_of", request.now).member("from", from).member("to", to);
  append_warnings(out, *state);
  return json_answer(out.close().close().take());
}

Response jobs(const Ports&, const Request& request) {
  Json out;
  out.open().key("data").open_list().close_list().key("meta").open().member("as_of", request.now);
  return json_answer(closed(out));
}

Response get_job(const Ports&, const Request& request) {
  return problem(request, "not-found", "There is no job with this id.");
}

}  // namespace tweetpulse::api
