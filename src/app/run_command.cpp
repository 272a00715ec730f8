#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>

#include "app/api_server.h"
#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/reload.h"
#include "app/runtime.h"
#include "app/signals.h"
#include "app/stop_deadline.h"
#include "app/ticker.h"
#include "app/worker_pair.h"
#include "base/log.h"
#include "ingest/source_runner.h"

namespace tweetpulse {
namespace {

constexpr std::chrono::seconds kPatience{30};  // for servers that start beside us
constexpr std::chrono::minutes kDemoPast{16};  // simulated at once, so that the first chart is full

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

void become_demo(Config& config) {
  for (const auto* url : {"queue.url", "store.url", "search.url", "coordination.url", "feed.url"})
    config.set(url, "", "demo");
  config.set("data_dir", config.data_dir().string() + "-demo", "demo");
  config.set("roles", "api,elastic-worker,persist-worker,ingest", "demo");
  config.set("ingest.sources", "simulator", "demo");
  config.set("ops.listen", "", "demo");
}

// One role of a deployment with a queue server.
void become_role(Config& config, const std::string& role) {
  if (is_embedded(config, "queue.url"))
    throw StartError(kWrongConfiguration,
                     role +
                         ": the embedded queue belongs to one process; start `tweetpulse run`, whose roles are set by "
                         "`roles`, or set REDIS_URL.");
  config.set("roles", role, "command " + role);
}

// The workers of an embedded queue run in one process at a time.
std::optional<FolderLock> lock_of(const Config& config) {
  if (!is_embedded(config, "queue.url")) return std::nullopt;
  auto lock = FolderLock::try_take(config.data_dir());
  if (!lock)
    throw StartError(kNotNow, fmt::format("another process runs on {}: end it, or set data_dir to another folder.",
                                          config.data_dir().string()));
  return lock;
}

// Named, or nothing else is: the simulator belongs to the embedded product.
bool wants_simulator(const Config& config) {
  if (const auto sources = config.list("ingest.sources"); !sources.empty()) return has(sources, "simulator");
  return is_embedded(config, "queue.url") && is_embedded(config, "store.url") && is_embedded(config, "search.url");
}

std::unique_ptr<SimulatorSource> make_simulator(const Config& config, Runtime& runtime, bool demo) {
  SimulatorSourceConfig source;
  source.settings = {config.real("simulator.rate"), config.text("simulator.scenario"),
                     static_cast<std::uint64_t>(config.integer("simulator.seed"))};
  if (const auto wanted = runtime.store->books().setting("simulator"); wanted && !wanted->empty())
    source.settings = simulator_settings(*wanted, source.settings);
  const auto cursor = runtime.store->books().cursor("simulator");
  if (demo && cursor && cursor->pushed.empty()) source.start = now() - kDemoPast;
  auto opened = open(source);
  if (!opened) throw StartError(kWrongConfiguration, opened.error().what);
  return std::move(*opened);
}

// One source on its thread, until it is told to stop.
class RunningSource {
 public:
  RunningSource(Source& source, Runtime& runtime)
      : runner_(source, *runtime.queue, *runtime.seen, *runtime.store, {}),
        thread_([this](const std::stop_token& stop) {
          if (const auto ended = runner_.run(stop); !ended)
            log::error("ingest", "A source has failed.", {{"error", ended.error().what}});
        }) {}

 private:
  SourceRunner runner_;
  std::jthread thread_;
};

void open_in_browser(const std::string& url) {
  if (fork() != 0) return;
  execlp("xdg-open", "xdg-open", url.c_str(), nullptr);
  _exit(1);
}

void announce(const ApiServer& server, const RunOptions& options) {
  const auto url = "http://" + server.address() + (options.demo ? "/?from=now-15m" : "");
  fmt::print("TweetPulse is at {}\n", url);
  if (options.demo) fmt::print("Ctrl-C ends it.\n");
  std::fflush(stdout);
  if (options.open_page) open_in_browser(url);
}

}  // namespace

int run_command(Config config, const RunOptions& options) {
  Signals signals;
  const StopDeadline deadline(signals.token(), config.duration("shutdown.timeout"));
  if (options.demo) become_demo(config);
  if (!options.role.empty()) become_role(config, options.role);
  const auto lock = lock_of(config);
  const auto roles = config.list("roles");
  auto runtime = Runtime::open(config, options.role.empty() ? "run" : options.role, kPatience);
  WorkerPair workers(config, runtime, roles);
  ApiServer server(
      config, runtime,
      {.ui_dir = options.ui_dir, .any_port = options.demo, .pages = has(roles, "api"), .silent_for = [&workers] {
         return workers.silent_for();
       }});
  std::unique_ptr<SimulatorSource> simulator;
  if (has(roles, "ingest") && wants_simulator(config)) simulator = make_simulator(config, runtime, options.demo);
  std::optional<Ticker> ticker(std::in_place, runtime, simulator.get());
  std::optional<RunningSource> source;
  if (simulator) source.emplace(*simulator, runtime);
  if (has(roles, "api")) announce(server, options);
  signals.wait([&] {
    if (signals.take_hang_up()) reload(config, options.read_again, simulator.get());
    return workers.lost_seat();
  });

  log::info("app", "Stopping: sources first, then the workers, then the API.");
  server.begin_drain();
  source.reset();
  workers.stop();
  ticker.reset();
  server.drain(std::min(config.duration("shutdown.timeout"), std::chrono::milliseconds(options.demo ? 1000 : 5000)));
  return workers.lost_seat() ? kNotNow : kDone;
}

}  // namespace tweetpulse
