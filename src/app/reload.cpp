#include "app/reload.h"

#include "base/log.h"
#include "base/metrics.h"

namespace tweetpulse {
namespace {

std::string joined(const std::vector<std::string>& keys) {
  std::string out;
  for (const auto& key : keys) out += (out.empty() ? "" : " ") + key;
  return out;
}

}  // namespace

Reloaded take_reloadable(Config& config, const Config& next) {
  Reloaded done;
  for (const auto& key : config_keys()) {
    if (config.text(key.name) == next.text(key.name)) continue;
    (key.reloadable ? done.changed : done.kept).emplace_back(key.name);
    if (key.reloadable) config.set(key.name, next.text(key.name), next.origin(key.name));
  }
  return done;
}

namespace {

void show(bool taken) {
  metrics::gauge("config_reload_success", "1 = the last SIGHUP was obeyed, 0 = the configuration was wrong.")
      .set(taken ? 1 : 0);
}

}  // namespace

void reload(Config& config, const std::function<Config()>& read, SimulatorSource* simulator) {
  try {
    const auto done = take_reloadable(config, read());
    if (!log::configure(config.text("log.level"), config.text("log.format"), "run"))
      log::warn("app", "log.level is no level; kept.", {{"value", config.text("log.level")}});
    if (simulator != nullptr) {
      auto settings = simulator->settings();
      settings.rate = config.real("simulator.rate");
      settings.scenario = config.text("simulator.scenario");
      if (const auto changed = simulator->change(settings); !changed)
        log::warn("app", "The simulator cannot be set so.", {{"error", changed.error().what}});
    }
    show(true);
    log::info("app", "The configuration was read again.",
              {{"changed", joined(done.changed)}, {"kept", joined(done.kept)}});
  } catch (const ConfigError& error) {
    show(false);
    log::error("app", "The configuration was not read again; the old one holds.", {{"error", error.what()}});
  }
}

}  // namespace tweetpulse
