// The commands of the binary; each returns the exit code, and throws StartError or ConfigError before it has begun.
// Threads: one command a process.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/config.h"

namespace tweetpulse {

struct RunOptions {
  std::string role;   // "" = those of `roles`; else this one, on a queue server
  bool demo = false;  // the simulator, embedded, in a data folder of its own, on a free port, whatever is configured
  bool open_page = false;
  std::filesystem::path ui_dir;
  std::function<Config()> read_again;  // for SIGHUP
};
int run_command(Config config, const RunOptions& options);

struct ReplayOptions {
  std::vector<std::string> files;  // - = standard input
  std::string format = "auto", speed = "max", progress = "auto";
  bool loop = false;
};
int replay_command(Config config, const ReplayOptions& options);

struct SimulateOptions {
  std::int64_t count = 0;  // 0 = until stopped
  std::string start;       // RFC 3339; "" = now
  std::filesystem::path ids;
  std::string progress = "auto";
};
int simulate_command(Config config, const SimulateOptions& options);

struct VerifyCommandOptions {
  std::filesystem::path ids;
  std::chrono::milliseconds wait{0};
  bool repair = false, json = false;
};
int verify_command(const Config& config, const VerifyCommandOptions& options);

struct DoctorOptions {
  bool json = false;
  bool quick = false;  // asks the process of `role` at ops.listen whether it is ready, and no more
  std::string role;
};
int doctor_command(const Config& config, const DoctorOptions& options);
int migrate_command(const Config& config, bool plan);
int reindex_command(const Config& config, const std::string& progress);
int config_show_command(const Config& config, bool origin);
int config_check_command(const Config& config);
int config_init_command(const std::filesystem::path& file);  // "" = standard output
int openapi_command();
int version_command();

}  // namespace tweetpulse
