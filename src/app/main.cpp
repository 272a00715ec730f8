// Arguments in, one command out. CLI11 is used for parsing only; configuration is merged by app/config.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>

#include "app/analyze_command.h"
#include "app/commands.h"
#include "app/config_values.h"
#include "app/exit_codes.h"
#include "app/version.h"
#include "base/log.h"
#include "query/parser.h"

namespace tweetpulse {
namespace {

constexpr const char* kHelp = R"(TweetPulse: social streams, stored exactly once, searchable within a second.

  tweetpulse demo                       simulated tweets, the whole pipeline, a web page
  tweetpulse run                        the same with your configuration
  tweetpulse replay FILE...             tweets from files: NDJSON, X API v1.1 and v2, plain, .gz or .zst
  tweetpulse verify                     recount everything and compare

`tweetpulse --help` lists all commands, `tweetpulse COMMAND --help` one of them.
)";

constexpr const char* kFooter = R"(
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly (some lines were refused), 4 verify found a difference,
65 bad input, 69 a server is missing, 73 cannot write, 75 not now, 77 no permission, 78 wrong configuration,
130 and 143 second signal.)";

struct Arguments {
  std::vector<std::string> sets;
  std::string config_file, data_dir;
  bool origin = false, require_durable = false, plan = false;
  DoctorOptions doctor;
  std::string reindex_progress = "auto";
  RunOptions run;
  ReplayOptions replay;
  SimulateOptions simulate;
  double rate = 0;
  std::string scenario, seed, listen, wait = "10s", init_file, sources;
  VerifyCommandOptions verify;
  AnalyzeOptions analyze;
};

Config load(const Arguments& arguments, std::string_view role) {
  ConfigSources sources;
  sources.flags = arguments.sets;
  const auto flag = [&sources](std::string_view key, const std::string& value) {
    if (!value.empty()) sources.flags.push_back(std::string(key) + "=" + value);
  };
  flag("data_dir", arguments.data_dir);
  flag("http.listen", arguments.listen);
  flag("simulator.scenario", arguments.scenario);
  flag("simulator.seed", arguments.seed);
  flag("ingest.sources", arguments.sources);
  if (arguments.rate > 0) flag("simulator.rate", std::to_string(arguments.rate));
  if (arguments.require_durable) flag("queue.require_durable", "true");
  sources.file = arguments.config_file;
  sources.environment = process_environment();
  auto config = Config::load(sources);
  if (!log::configure(config.text("log.level"), config.text("log.format"), role))
    throw ConfigError(config.origin("log.level") + ": log.level must be debug, info, warn, error or off.");
  return config;
}

// The word that was meant: "did you mean" for a mistyped command.
std::string nearest_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return "";
  const std::vector<std::string_view> views(names.begin(), names.end());
  return nearest(word, views);
}

class CommandLine {
 public:
  CommandLine() {
    app_.footer(kFooter);
    app_.add_option("--config", arguments_.config_file, "Configuration file");
    app_.add_option("--set", arguments_.sets, "section.key=value, above file and environment")->allow_extra_args(false);
    app_.add_option("--data-dir", arguments_.data_dir, "Folder of the embedded databases");
    app_.set_version_flag("--version", build_info().version);
    app_.require_subcommand(0, 1);
    app_.fallthrough();  // --set and its like may stand behind the command too
    add_services();
    add_data();
    add_tools();
  }

  int run(int argc, char** argv) {
    if (argc == 1) {
      std::fputs(kHelp, stdout);
      return kDone;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      std::fputs(app_.help().c_str(), stdout);
      return kDone;
    } catch (const CLI::CallForVersion& version) {
      std::fprintf(stdout, "tweetpulse %s\n", version.what());
      return kDone;
    } catch (const CLI::ParseError& error) {
      return complain(argc, argv, error.what());
    }
    return chosen_ ? chosen_() : complain(argc, argv, "Name a command.");
  }

 private:
  int complain(int argc, char** argv, const std::string& what) const {
    // The first word that is no option's value is the command; one that is known is not what was mistyped.
    std::string near;
    for (int i = 1; i < argc && near.empty(); ++i)
      if (argv[i][0] != '-') near = nearest_command(app_, argv[i]);
    std::fprintf(stderr, "tweetpulse: %s%s\n", what.c_str(),
                 near.empty() ? "" : (" Did you mean '" + near + "'?").c_str());
    return kWrongUsage;
  }

  // The configuration now, and the same way of reading it for a SIGHUP.
  Config load_again(std::string_view role) {
    arguments_.run.read_again = [this, role] { return load(arguments_, role); };
    return load(arguments_, role);
  }

  template <class Run>
  CLI::App* add(const char* name, const char* doc, Run&& run) {
    auto* command = app_.add_subcommand(name, doc);
    command->callback([this, name, run] { chosen_ = [name, run] { return run(name); }; });
    return command;
  }

  void add_services() {
    auto* run = add("run", "All roles in one process",
                    [this](auto name) { return run_command(load_again(name), arguments_.run); });
    run->add_option("--ui-dir", arguments_.run.ui_dir, "Serve the web UI from a folder");
    run->add_option("--listen", arguments_.listen, "Address of the API and the page");
    run->add_option("--source", arguments_.sources, "Source to read: simulator");
    run->add_flag("--require-durable", arguments_.require_durable, "A weak queue server stops the start");
    auto* demo = add("demo", "Simulated tweets, embedded, on a free port", [this](auto name) {
      arguments_.run.demo = true;
      return run_command(load_again(name), arguments_.run);
    });
    demo->add_flag("--open", arguments_.run.open_page, "Open the page in a browser");
    demo->add_option("--ui-dir", arguments_.run.ui_dir, "Serve the web UI from a folder");
    for (const char* role : {"api", "elastic-worker", "persist-worker"}) add_role(role, role);
    add_role("elastic_worker", "elastic-worker")->group("");
    add_role("persist_worker", "persist-worker")->group("");
    auto* ingest = add_role("ingest", "ingest");
    ingest->add_option("--source", arguments_.sources, "Source to read: simulator")->required();
  }

  CLI::App* add_role(const char* name, const char* role) {
    auto* command = add(name, "One role, on a queue server", [this, role](auto) {
      arguments_.run.role = role;
      return run_command(load_again(role), arguments_.run);
    });
    command->add_flag("--require-durable", arguments_.require_durable, "A weak queue server stops the start");
    if (std::string_view(role) == "api") {
      command->add_option("--ui-dir", arguments_.run.ui_dir, "Serve the web UI from a folder");
      command->add_option("--listen", arguments_.listen, "Address of the API and the page");
    }
    return command;
  }

  void add_data() {
    auto* replay = add("replay", "Files into the pipeline; the same command resumes",
                       [this](auto name) { return replay_command(load(arguments_, name), arguments_.replay); });
    replay->add_option("FILE", arguments_.replay.files, "Files, plain, .gz or .zst; - = standard input")->required();
    replay->add_option("--format", arguments_.replay.format, "auto, neutral, x_v1 or x_v2");
    replay->add_option("--speed", arguments_.replay.speed, "max, or a factor such as 1x and 60x");
    replay->add_option("--progress", arguments_.replay.progress, "auto, json or none");
    replay->add_flag("--require-durable", arguments_.require_durable, "A weak queue server stops the start");
    replay->add_flag("--loop", arguments_.replay.loop, "Begin again at the end");
    auto* simulate = add("simulate", "A seeded stream into the queue",
                         [this](auto name) { return simulate_command(load(arguments_, name), arguments_.simulate); });
    simulate->add_flag("--require-durable", arguments_.require_durable, "A weak queue server stops the start");
    simulate->add_option("--rate", arguments_.rate, "Tweets a second");
    simulate->add_option("--scenario", arguments_.scenario, "What it tells");
    simulate->add_option("--seed", arguments_.seed, "Same seed, same tweets");
    simulate->add_option("--count", arguments_.simulate.count, "Stop after so many");
    simulate->add_option("--start", arguments_.simulate.start, "Time of the first event (RFC 3339)");
    simulate->add_option("--ids", arguments_.simulate.ids, "File that gets each accepted id");
    simulate->add_option("--progress", arguments_.simulate.progress, "auto, json or none");
    auto* analyze =
        add("analyze", "NDJSON in, enriched NDJSON out", [this](auto) { return analyze_command(arguments_.analyze); });
    analyze->add_option("--profile", arguments_.analyze.profile, "full or fast");
    analyze->add_option("--threads", arguments_.analyze.threads, "Threads; the output does not depend on it");
    analyze->add_flag("--twitter-text", arguments_.analyze.twitter_text, "Run conformance cases instead");
    analyze->add_option("FILE", arguments_.analyze.file, "- = standard input");
  }

  void add_tools() {
    auto* verify = add("verify", "Recount and compare sets of ids", [this](auto name) {
      const auto wait = parse_duration(arguments_.wait);
      if (!wait) throw StartError(kWrongUsage, "--wait must be a duration such as 60s.");
      arguments_.verify.wait = *wait;
      return verify_command(load(arguments_, name), arguments_.verify);
    });
    verify->add_option("--ids", arguments_.verify.ids, "Accepted ids, one a line");
    verify->add_option("--wait", arguments_.wait, "How long to wait for rest");
    verify->add_flag("--repair", arguments_.verify.repair, "Refill the index and the hours from the store");
    verify->add_flag("--json", arguments_.verify.json, "JSON instead of text");
    auto* doctor = add("doctor", "Is everything as it should be?",
                       [this](auto name) { return doctor_command(load(arguments_, name), arguments_.doctor); });
    doctor->add_flag("--json", arguments_.doctor.json, "JSON instead of text");
    doctor->add_flag("--quick", arguments_.doctor.quick, "Ask the process of --role whether it is ready, and no more");
    doctor->add_option("--role", arguments_.doctor.role, "Role that runs here")
        ->check(CLI::IsMember({"run", "api", "elastic-worker", "persist-worker", "ingest", "simulate"}));
    auto* migrate = add("migrate", "Bring the schema of the database server up to date",
                        [this](auto name) { return migrate_command(load(arguments_, name), arguments_.plan); });
    migrate->add_flag("--plan", arguments_.plan, "Print what would be done, and do nothing");
    auto* reindex =
        add("reindex", "Fill a new search index from the store, then let it take the old one's place",
            [this](auto name) { return reindex_command(load(arguments_, name), arguments_.reindex_progress); });
    reindex->add_option("--progress", arguments_.reindex_progress, "auto, json or none");
    add_config();
    add("openapi", "The OpenAPI document", [](auto) { return openapi_command(); });
    add("version", "Version, commit, compiler", [](auto) { return version_command(); });
  }

  void add_config() {
    auto* config = app_.add_subcommand("config", "Show, check or write the configuration");
    config->require_subcommand(1);
    auto* show = config->add_subcommand("show", "Every value");
    show->add_flag("--origin", arguments_.origin, "Where each came from");
    show->callback(
        [this] { chosen_ = [this] { return config_show_command(load(arguments_, "config"), arguments_.origin); }; });
    config->add_subcommand("check", "Is it valid?")->callback([this] {
      chosen_ = [this] { return config_check_command(load(arguments_, "config")); };
    });
    auto* init = config->add_subcommand("init", "Write a commented file with every key");
    init->add_option("FILE", arguments_.init_file, "Default: standard output");
    init->callback([this] { chosen_ = [this] { return config_init_command(arguments_.init_file); }; });
  }

  CLI::App app_{"TweetPulse: social streams, stored exactly once, searchable within a second."};
  Arguments arguments_;
  std::function<int()> chosen_;
};

}  // namespace
}  // namespace tweetpulse

int main(int argc, char** argv) {
  using namespace tweetpulse;
  try {
    return CommandLine().run(argc, argv);
  } catch (const StartError& error) {
    std::fprintf(stderr, "tweetpulse: %s\n", error.what());
    return error.exit_code;
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "tweetpulse: %s\n", error.what());
    return kWrongConfiguration;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tweetpulse: %s\n", error.what());
    return kFailed;
  }
}
