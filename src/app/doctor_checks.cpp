#include "app/doctor_checks.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <thread>

#include "app/config_values.h"
#include "app/runtime.h"
#include "driver/http_client.h"

namespace tweetpulse {
namespace {

using enum Check::Verdict;

constexpr double kLowSpace = 1e9, kLowMemory = 1e9;
constexpr std::uint64_t kFewInodes = 10'000, kFewFiles = 1'024;
constexpr std::chrono::milliseconds kQuick{1'000};

// FILE of FILE:line:column; "" = the value came from elsewhere.
std::string file_of(const std::string& origin) {
  static const std::regex place("^(.*?)(:[0-9]+)+$");
  std::smatch found;
  return std::regex_match(origin, found, place) ? found[1].str() : std::string();
}

bool has_password(const std::string& url) {
  return redacted(url) != url;
}

void check_origins(const Config& config, Checks& out) {
  std::map<std::string, int> from;
  for (const auto& key : config_keys()) {
    const auto origin = config.origin(key.name);
    if (origin == "default") continue;
    const auto file = file_of(origin);
    ++from[file.empty() ? origin.substr(0, origin.find(' ')) : file];
  }
  std::string found;
  for (const auto& [origin, count] : from)
    found += fmt::format("{}{} from {}", found.empty() ? "" : ", ", count, origin);
  out.pass("configuration", found.empty() ? "every key has its default" : "keys: " + found);
}

void check_variables(Checks& out) {
  std::set<std::string> known;
  for (const auto& key : config_keys()) known.insert(variable_of(key.name));
  std::string unknown;
  for (const auto& [name, value] : process_environment()) {
    if (!name.starts_with("TWEETPULSE_")) continue;
    const auto plain = name.ends_with("_FILE") ? name.substr(0, name.size() - 5) : name;
    if (!known.contains(plain) && !known.contains(name)) unknown += (unknown.empty() ? "" : " ") + name;
  }
  if (!unknown.empty())
    out.warn("variables", "not known: " + unknown, "tweetpulse config show lists the keys; unset what is misspelt");
}

void check_passwords(const Config& config, Checks& out) {
  static const std::regex usual(
      R"(://[^/@]*:(tweetpulse|postgres|password|changeme|admin|elastic|redis|secret)@(?!localhost|127\.|\[::1\]))");
  std::set<std::string> open_files;
  for (const auto& key : config_keys()) {
    const auto value = config.text(key.name);
    if (!key.secret || value.empty()) continue;
    const std::string name(key.name);
    const auto shown = fmt::format("{} ({})", redacted(value), config.origin(key.name));
    out.judge(warn, !std::regex_search(value, usual), name, shown, "this password is everybody's first guess");
    const auto file = file_of(config.origin(key.name));
    std::error_code error;
    if (file.empty() || !has_password(value)) continue;
    const auto mode = std::filesystem::status(file, error).permissions();
    if ((mode & std::filesystem::perms::others_read) != std::filesystem::perms::none) open_files.insert(file);
  }
  for (const auto& file : open_files)
    out.warn("file mode", file + " holds a password and everybody may read it", "chmod 600 " + file);
}

// Taken is right when it is a process of ours.
void check_port(const Config& config, std::string_view key, Checks& out) {
  const auto address = config.text(key);
  const auto name = std::string(key);
  if (address.empty() || address.starts_with("unix:")) return;
  HttpClient client({.connect_timeout = kQuick, .call_timeout = kQuick});
  const auto answer = client.call({.url = fmt::format("http://{}/healthz", reachable(address))});
  if (!answer)
    out.judge(warn, answer.error().code == ErrorCode::unavailable, name,
              answer.error().code == ErrorCode::unavailable ? address + " is free" : answer.error().what,
              "another program may have it: set " + name);
  else
    out.judge(warn, answer->status == 200, name,
              answer->status == 200 ? "a process answers at " + address
                                    : fmt::format("{} answers {} to /healthz", address, answer->status),
              "another program may have it: set " + name);
}

// Bytes; what the container allows, or what the machine has.
double memory_limit() {
  double machine = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  double limit = 0;
  if (std::ifstream in("/sys/fs/cgroup/memory.max"); in >> limit) return std::min(limit, machine);
  return machine;
}

}  // namespace

std::string redacted(std::string_view url) {
  static const std::regex login("(://[^/@:,]*):[^/@]*@"), option("([?&](ssl)?password=)[^&]*");
  return std::regex_replace(std::regex_replace(std::string(url), login, "$1:***@"), option, "$1***");
}

std::string reachable(std::string address) {
  if (address.starts_with("0.0.0.0:")) return "127.0.0.1" + address.substr(7);
  if (address.starts_with("[::]:")) return "[::1]" + address.substr(4);
  return address;
}

void check_configuration(const Config& config, Checks& out) {
  check_origins(config, out);
  check_variables(out);
  check_passwords(config, out);
}

void check_folder(const Config& config, Checks& out) {
  const auto folder = config.data_dir();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || ::access(folder.c_str(), W_OK) != 0)
    return out.fail("data folder", fmt::format("{}: {}", folder.string(), error ? error.message() : "not writable"),
                    "set data_dir to a folder of yours");
  const bool busy = !FolderLock::try_take(folder);
  out.pass("data folder", folder.string() + (busy ? ", in use by a process" : ", free"));
  struct statvfs disk {};
  if (statvfs(folder.c_str(), &disk) != 0) return;
  const auto free = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
  const bool few = disk.f_files > 0 && disk.f_favail < kFewInodes;
  out.judge(warn, free >= kLowSpace && !few, "disk",
            fmt::format("{:.1f} GB, {} inodes free", free / 1e9, disk.f_favail),
            "make room, or set data_dir to another disk");
}

void check_machine(const Config& config, Checks& out) {
  check_port(config, "http.listen", out);
  check_port(config, "ops.listen", out);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  out.judge(warn, files.rlim_cur >= kFewFiles, "open files", std::to_string(files.rlim_cur), "ulimit -n 4096");
  const auto memory = memory_limit();
  out.judge(warn, memory >= kLowMemory, "memory", fmt::format("{:.1f} GB", memory / 1e9),
            "give it 1 GB at least, or lower coordination.seen_capacity and http.max_connections");
  out.pass("processors", std::to_string(std::thread::hardware_concurrency()));
}

}  // namespace tweetpulse
