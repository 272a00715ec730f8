// What this process does once a second beside its loops: a look whether the queue was lost, the watermark of the
// sources, and the simulator's settings as
// a user last wished them. Threads: owns its thread.
#pragma once

#include <thread>

#include "app/runtime.h"
#include "source/simulator_source.h"

namespace tweetpulse {

class Ticker {
 public:
  // `simulator` may be nullptr.
  Ticker(Runtime& runtime, SimulatorSource* simulator);
  ~Ticker();  // one more watermark, so that a stop at rest leaves stored = pushed

 private:
  std::jthread thread_;
};

// Rate, scenario and seed of {"rate":20,"scenario":"everyday","seed":1}; members that are missing stay as they are.
SimulatorSettings simulator_settings(std::string_view json, SimulatorSettings settings);

}  // namespace tweetpulse
