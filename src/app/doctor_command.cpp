#include <fmt/format.h>
#include <sys/resource.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/runtime.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

struct Finding {
  std::string verdict, name, found, remedy;  // PASS WARN FAIL
};

constexpr double kLowSpace = 1e9;

void check_folder(const Config& config, std::vector<Finding>& out) {
  const auto folder = config.data_dir();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    out.push_back({"FAIL", "data folder", fmt::format("{}: {}", folder.string(), error.message()),
                   "set data_dir to a folder of yours"});
    return;
  }
  out.push_back({"PASS", "data folder", folder.string(), ""});
  const auto space = std::filesystem::space(folder, error);
  const auto free = static_cast<double>(space.available);
  out.push_back({free < kLowSpace ? "WARN" : "PASS", "disk", fmt::format("{:.1f} GB free", free / 1e9),
                 free < kLowSpace ? "make room, or set data_dir to another disk" : ""});
  const bool busy = !FolderLock::try_take(folder);
  out.push_back({"PASS", "folder lock", busy ? "a process runs the workers" : "free", ""});
}

template <class Ask>
void check_port(std::string_view name, Ask&& ask, std::vector<Finding>& out) {
  const auto answered = ask();
  out.push_back(answered ? Finding{"PASS", std::string(name), "answers", ""}
                         : Finding{"FAIL", std::string(name), answered.error().what, "see the sentence"});
}

void check_ports(const Config& config, std::vector<Finding>& out) {
  try {
    const auto runtime = Runtime::open(config);
    check_port(
        "queue", [&] { return runtime.queue->ping(); }, out);
    check_port(
        "store", [&] { return runtime.store->ping(); }, out);
    check_port(
        "search", [&] { return runtime.search->ping(); }, out);
    const auto status = runtime.queue->status();
    if (!status) return;
    for (const auto& group : status->groups)
      out.push_back({group.dead_letters > 0 ? "WARN" : "PASS", "group " + group.name,
                     fmt::format("lag {}, pending {}, dead letters {}", group.lag, group.pending, group.dead_letters),
                     group.dead_letters > 0 ? "look at /api/dead-letters" : ""});
  } catch (const StartError& error) {
    out.push_back({"FAIL", "ports", error.what(), "see the sentence"});
  }
}

void check_machine(std::vector<Finding>& out) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  out.push_back({files.rlim_cur < 1024 ? "WARN" : "PASS", "open files", std::to_string(files.rlim_cur),
                 files.rlim_cur < 1024 ? "ulimit -n 4096" : ""});
  out.push_back({"PASS", "processors", std::to_string(std::thread::hardware_concurrency()), ""});
}

}  // namespace

int doctor_command(const Config& config, bool json) {
  std::vector<Finding> findings;
  check_folder(config, findings);
  check_ports(config, findings);
  check_machine(findings);
  bool failed = false;
  std::string out = "[";
  for (const auto& finding : findings) {
    failed = failed || finding.verdict == "FAIL";
    if (!json) {
      fmt::print("{:4}  {:14} {}{}{}\n", finding.verdict, finding.name, finding.found,
                 finding.remedy.empty() ? "" : "  -> ", finding.remedy);
      continue;
    }
    out += out.size() > 1 ? ",{\"verdict\":" : "{\"verdict\":";
    append_json_string(out, finding.verdict);
    out += ",\"name\":";
    append_json_string(out, finding.name);
    out += ",\"found\":";
    append_json_string(out, finding.found);
    out += ",\"remedy\":";
    append_json_string(out, finding.remedy);
    out += '}';
  }
  if (json) fmt::print("{}]\n", out);
  return failed ? kFailed : kDone;
}

}  // namespace tweetpulse
