// The state of sources, queue, groups and ledger as JSON, shared by /api/ingestion and the pages of the pipeline.
// Threads: pure functions and port calls.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/json.h"
#include "api/ports.h"
#include "queue/queue.h"
#include "store/books.h"

namespace tweetpulse::api {

struct PipelineState {
  QueueStatus queue;
  Tally totals;
  std::map<std::string, Tally> by_source;
  std::vector<SourceState> sources;
  std::vector<Gap> open_gaps;
  std::map<std::string, double> rates;  // received a second, over the last minute
};
Result<PipelineState> pipeline_state(const Ports& ports);

void append_queue(Json& out, const QueueStatus& queue);
void append_tally(Json& out, const Tally& tally);  // members only
void append_ledger(Json& out, const PipelineState& state);
void append_sources(Json& out, const PipelineState& state);
std::string overall_wanted(const PipelineState& state);
std::string overall_state(const PipelineState& state);
// `warnings` and their brackets
void append_warnings(Json& out, const PipelineState& state);

}  // namespace tweetpulse::api
