// SIGHUP: the configuration is read again; what may change at run time is changed, the rest is named and kept.
// Threads: one caller at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/config.h"
#include "source/simulator_source.h"

namespace tweetpulse {

struct Reloaded {
  std::vector<std::string> changed, kept;  // keys; kept ones act after a restart
};

// Takes the reloadable keys of `next` into `config` and lists the others that differ.
Reloaded take_reloadable(Config& config, const Config& next);

// Reads again, applies log level and simulator, and logs what happened; a bad configuration changes nothing.
void reload(Config& config, const std::function<Config()>& read, SimulatorSource* simulator);

}  // namespace tweetpulse
