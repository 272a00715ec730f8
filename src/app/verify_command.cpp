#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/runtime.h"
#include "app/signals.h"
#include "app/verify.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr std::chrono::seconds kFollowing{3};  // watermark and ledger
constexpr std::chrono::seconds kRollingUp{
    20};  // the copy of the hours in a search server: 10 s, or a lease of the dead

void print_text(const std::vector<CheckLine>& lines, double seconds) {
  bool all = true;
  for (const auto& line : lines) {
    all = all && line.ok;
    fmt::print("{} {}: {}\n", line.ok ? "OK" : "FAIL", line.name, line.found);
    for (const auto& more : line.more) fmt::print("   {}\n", more);
    if (!line.ok) fmt::print("   -> {}\n", line.remedy);
  }
  fmt::print("verify: {}, {} checks, {:.1f} s\n", all ? "OK" : "FAIL", lines.size(), seconds);
}

void print_json(const std::vector<CheckLine>& lines, double seconds) {
  bool all = true;
  std::string out = "{\"checks\":[";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    all = all && line.ok;
    out += i == 0 ? "{\"name\":" : ",{\"name\":";
    append_json_string(out, line.name);
    out += line.ok ? ",\"ok\":true,\"found\":" : ",\"ok\":false,\"found\":";
    append_json_string(out, line.found);
    out += ",\"more\":[";
    for (std::size_t k = 0; k < line.more.size(); ++k) {
      if (k > 0) out += ',';
      append_json_string(out, line.more[k]);
    }
    out += "],\"remedy\":";
    line.ok ? void(out += "null") : append_json_string(out, line.remedy);
    out += '}';
  }
  fmt::print("{}],\"ok\":{},\"seconds\":{:.1f}}}\n", out, all, seconds);
}

// A folder that is made by looking at it would be found in perfect order.
void refuse_nothing(const Config& config) {
  for (const auto* url : {"queue.url", "store.url", "search.url"})
    if (!is_embedded(config, url)) return;
  if (const auto file = config.data_dir() / "store.db"; !std::filesystem::exists(file))
    throw StartError(kWrongConfiguration,
                     fmt::format("There is nothing to verify: {} does not exist. Check data_dir.", file.string()));
}

}  // namespace

int verify_command(const Config& config, const VerifyCommandOptions& options) {
  const Signals signals;
  refuse_nothing(config);
  auto runtime = Runtime::open(config, "verify");
  const auto begun = std::chrono::steady_clock::now();
  bool rest = false;
  std::string trouble;
  const bool stopped = signals.wait([&] {
    const auto now_at_rest = at_rest(*runtime.queue);
    if (!now_at_rest) trouble = now_at_rest.error().what;
    rest = now_at_rest && *now_at_rest;
    return rest || std::chrono::steady_clock::now() - begun >= options.wait;
  });
  if (stopped) return kNotNow;
  if (!rest) {
    fmt::print(stderr, "verify: not at rest after {} ms{}; start `tweetpulse run` and wait, or give --wait 60s.\n",
               options.wait.count(), trouble.empty() ? "" : " (" + trouble + ")");
    return kNotNow;
  }
  // Some things follow the queue within seconds of rest.
  const auto following = runtime.search->hours() != nullptr ? kRollingUp : kFollowing;
  const auto patience = std::min(begun + options.wait, std::chrono::steady_clock::now() + following);
  Result<std::vector<CheckLine>> lines = std::vector<CheckLine>();
  do {
    lines = verify(runtime, {options.ids, config.flag("persist_worker.aggregations"), options.repair});
    if (!lines && !lines.error().retryable())
      throw StartError(lines.error().code == ErrorCode::rejected ? kWrongUsage : kFailed, lines.error().what);
    const bool fine = lines && std::all_of(lines->begin(), lines->end(), [](const CheckLine& line) { return line.ok; });
    if (fine || std::chrono::steady_clock::now() >= patience) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  } while (!signals.token().stop_requested());
  if (!lines) throw StartError(kServerMissing, lines.error().what);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  options.json ? print_json(*lines, seconds) : print_text(*lines, seconds);
  return std::all_of(lines->begin(), lines->end(), [](const CheckLine& line) { return line.ok; }) ? kDone : kDifferent;
}

}  // namespace tweetpulse
