#include <fmt/format.h>
#include <sys/resource.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/runtime.h"
#include "driver/http_client.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

struct Finding {
  std::string verdict, name, found, remedy;  // PASS WARN FAIL
};

constexpr double kLowSpace = 1e9;
constexpr std::chrono::milliseconds kQuick{1'500};

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

// Opens one port and asks it; what keeps it from opening is the finding, remedy included.
template <class Open>
auto opened(std::string_view name, Open&& open, std::vector<Finding>& out) -> decltype(open()) {
  try {
    auto port = open();
    check_port(
        name, [&] { return port->ping(); }, out);
    return port;
  } catch (const StartError& error) {
    out.push_back({"FAIL", std::string(name), error.what(), "see the sentence"});
    return nullptr;
  }
}

void check_queue(const Config& config, std::vector<Finding>& out) {
  const auto queue = opened(
      "queue", [&] { return open_queue(config); }, out);
  const auto status = queue ? queue->status() : Result<QueueStatus>(Error{});
  if (!status) return;
  const bool weak = !status->durable;
  const bool fatal = weak && config.flag("queue.require_durable");
  out.push_back({fatal  ? "FAIL"
                 : weak ? "WARN"
                        : "PASS",
                 "durability", weak ? "the queue may lose what it acknowledged" : "full",
                 weak ? "CONFIG SET appendonly yes; CONFIG SET appendfsync always" : ""});
  for (const auto& group : status->groups)
    out.push_back({group.dead_letters > 0 ? "WARN" : "PASS", "group " + group.name,
                   fmt::format("lag {}, pending {}, dead letters {}", group.lag, group.pending, group.dead_letters),
                   group.dead_letters > 0 ? "look at /api/dead-letters" : ""});
}

void check_migrations(const Config& config, std::vector<Finding>& out) {
  if (is_embedded(config, "store.url")) return;
  const auto missing = missing_migrations(postgres_config(config, "doctor"));
  if (!missing)
    out.push_back({"FAIL", "migrations", missing.error().what, "see the sentence"});
  else
    out.push_back({missing->empty() ? "PASS" : "WARN", "migrations", fmt::format("{} missing", missing->size()),
                   missing->empty() ? "" : "tweetpulse migrate"});
}

void check_ports(const Config& config, std::vector<Finding>& out) {
  check_queue(config, out);
  check_migrations(config, out);
  (void)opened(
      "store", [&] { return open_store(config, "doctor"); }, out);
  (void)opened(
      "search", [&] { return open_search(config); }, out);
}

void check_machine(std::vector<Finding>& out) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  out.push_back({files.rlim_cur < 1024 ? "WARN" : "PASS", "open files", std::to_string(files.rlim_cur),
                 files.rlim_cur < 1024 ? "ulimit -n 4096" : ""});
  out.push_back({"PASS", "processors", std::to_string(std::thread::hardware_concurrency()), ""});
}

// What a health check wants to know: the process answers, its loops turn, and its servers take what it does.
void check_process(const Config& config, const std::string& role, std::vector<Finding>& out) {
  const auto name = role.empty() ? std::string("process") : role;
  auto address = config.text("ops.listen");
  if (address.starts_with("0.0.0.0:")) address = "127.0.0.1" + address.substr(7);
  if (address.starts_with("[::]:")) address = "[::1]" + address.substr(4);
  if (address.empty()) {
    out.push_back({"FAIL", name, "ops.listen is empty, so nobody can be asked", "set ops.listen"});
    return;
  }
  HttpClient client({.call_timeout = kQuick});
  const auto answer = client.call({.url = fmt::format("http://{}/readyz", address)});
  if (!answer)
    out.push_back({"FAIL", name, answer.error().what, "is it running? ops.listen names its address"});
  else if (answer->status != 200)
    out.push_back({"FAIL", name, fmt::format("not ready: {}", answer->body), "see its log"});
  else
    out.push_back({"PASS", name, "ready at " + address, ""});
}

}  // namespace

int doctor_command(const Config& config, const DoctorOptions& options) {
  std::vector<Finding> findings;
  if (options.quick) {
    check_process(config, options.role, findings);
  } else {
    check_folder(config, findings);
    check_ports(config, findings);
    check_machine(findings);
  }
  bool failed = false;
  std::string out = "[";
  for (const auto& finding : findings) {
    failed = failed || finding.verdict == "FAIL";
    if (!options.json) {
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
  if (options.json) fmt::print("{}]\n", out);
  return failed ? kFailed : kDone;
}

}  // namespace tweetpulse
