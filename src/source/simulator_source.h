// The source that needs no account: the simulator at a rate that may be changed while it runs.
// Threads: as Source; settings() and change() from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "source/source.h"

namespace tweetpulse {

struct SimulatorSettings {
  double rate = 20;  // events a second, 0..10000; 0 = paused
  std::string scenario = "everyday";
  std::uint64_t seed = 1;
};

struct SimulatorSourceConfig {
  SimulatorSettings settings = {};
  std::optional<std::uint64_t> count;  // events of one run(); nullopt = without end
  // Event n happens at start + n / rate (the first rate); what lies in the past comes at full speed. nullopt: now.
  std::optional<Time> start;
};

// Cursor: `<seed>:<number of the next event>`; another seed begins at 0.
class SimulatorSource : public Source {
 public:
  virtual SimulatorSettings settings() const = 0;
  // rejected: no such scenario, or the rate is out of range; nothing is changed then.
  virtual Result<> change(const SimulatorSettings& settings) = 0;
};

Result<std::unique_ptr<SimulatorSource>> open(const SimulatorSourceConfig& config);

}  // namespace tweetpulse
