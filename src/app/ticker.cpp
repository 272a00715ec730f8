#include "app/ticker.h"

#include <condition_variable>
#include <mutex>

#include "base/log.h"
#include "ingest/lost_queue.h"
#include "ingest/parking.h"
#include "ingest/watermark.h"
#include "tweet/json_line.h"

namespace tweetpulse {
namespace {

void obey_settings(Books& books, SimulatorSource& simulator, std::string& obeyed) {
  const auto wanted = books.setting("simulator");
  if (!wanted || wanted->empty() || *wanted == obeyed) return;
  obeyed = *wanted;
  if (const auto changed = simulator.change(simulator_settings(*wanted, simulator.settings())); !changed)
    log::warn("app", "The simulator cannot be set so.", {{"error", changed.error().what}});
}

void tick(Queue& queue, LostQueue& lost, Watermark& watermark) {
  if (const auto seen = lost.tick(); !seen) {  // without it the watermark would trust an older queue's figures
    log::debug("app", "The queue was not looked at.", {{"error", seen.error().what}});
    return;
  }
  if (const auto moved = watermark.tick(); !moved)
    log::debug("app", "The watermark was not moved.", {{"error", moved.error().what}});
  if (const auto parked = park_when_full(queue); !parked)
    log::debug("app", "Search was not parked.", {{"error", parked.error().what}});
}

}  // namespace

SimulatorSettings simulator_settings(std::string_view json, SimulatorSettings settings) {
  const auto parsed = parse_json_line(json);
  const auto* object = std::get_if<simdjson::dom::object>(&parsed);
  if (object == nullptr) return settings;
  if (const auto rate = member(*object, "rate"); rate && rate->is_number()) settings.rate = rate->get_double().value();
  if (const auto scenario = text_of(*object, "scenario"); !scenario.empty()) settings.scenario = scenario;
  if (const auto seed = count_of(*object, "seed")) settings.seed = static_cast<std::uint64_t>(*seed);
  return settings;
}

Ticker::Ticker(Runtime& runtime, SimulatorSource* simulator)
    : thread_([&runtime, simulator](const std::stop_token& stop) {
        LostQueue lost(*runtime.queue, runtime.store->books());
        Watermark watermark(*runtime.queue, runtime.store->books());
        std::string obeyed;
        std::mutex mutex;
        std::condition_variable_any sleeper;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
          tick(*runtime.queue, lost, watermark);
          if (simulator != nullptr) obey_settings(runtime.store->books(), *simulator, obeyed);
          sleeper.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
        }
        tick(*runtime.queue, lost, watermark);
      }) {}

Ticker::~Ticker() = default;

}  // namespace tweetpulse
