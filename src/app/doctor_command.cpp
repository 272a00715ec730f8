#include <fmt/format.h>

#include <vector>

#include "app/commands.h"
#include "app/doctor_checks.h"
#include "app/exit_codes.h"
#include "app/runtime.h"
#include "driver/http_client.h"
#include "driver/redis.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

using enum Check::Verdict;

constexpr std::chrono::milliseconds kQuick{1'500};
constexpr milliseconds kLongPending{300'000};

void add_all(std::vector<Check>& to, std::vector<Check> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// What keeps a part from being asked is its finding.
template <class Ask>
std::vector<Check> guarded(std::string_view name, Ask&& ask) {
  Checks out;
  try {
    return ask();
  } catch (const StartError& error) {
    out.fail(std::string(name), error.what(), "see the sentence",
             error.exit_code == kServerMissing        ? Check::Cause::away
             : error.exit_code == kWrongConfiguration ? Check::Cause::settings
                                                      : Check::Cause::itself);
  }
  return out.take();
}

// An embedded part works when it opens and answers.
template <class Port>
void check_embedded(const std::string& name, Port& port, Checks& out) {
  if (const auto answered = port.ping(); !answered)
    out.failed(name, answered.error());
  else
    out.pass(name, "embedded, answers");
}

void check_groups(Queue& queue, Checks& out) {
  const auto status = queue.status();
  if (!status) return out.failed("queue", status.error());
  for (const auto& group : status->groups) {
    const bool stuck = group.oldest_pending && *group.oldest_pending > kLongPending;
    const bool nobody = group.lag > 0 && group.consumers == 0;
    out.judge(warn, group.dead_letters == 0 && !stuck && !nobody, "group " + group.name,
              fmt::format("lag {}, pending {}, dead letters {}", group.lag, group.pending, group.dead_letters),
              stuck    ? "a tweet is pending for long: see the log of the worker that holds it"
              : nobody ? "nobody reads it: start its worker"
                       : "look at /api/dead-letters; redrive or discard them");
  }
  out.judge(warn, status->refused_letters == 0, "refused input", fmt::format("{} lines", status->refused_letters),
            "look at /api/dead-letters?group=ingest");
}

std::vector<Check> check_queue(const Config& config) {
  Checks out;
  if (is_embedded(config, "queue.url")) {
    const auto queue = open_queue(config);
    check_embedded("queue", *queue, out);
    check_groups(*queue, out);
    return out.take();
  }
  const auto redis = redis_queue_config(config);
  auto found = check_server(redis);
  for (const auto& check : found)
    if (check.verdict == fail) return found;
  if (const auto there = has_queue(redis); !there)
    out.failed("queue", there.error());
  else if (*there)
    check_groups(*open_queue(config), out);
  else
    out.pass("queue", "not made yet: the first process makes it");
  add_all(found, out.take());
  return found;
}

std::vector<Check> check_coordination(const Config& config) {
  Checks out;
  if (!is_embedded(config, "coordination.url")) {
    const auto filter = check_filter(redis_place(config));
    // When the queue's own server is away, that was said.
    if (filter.verdict != fail || config.text("coordination.url") != config.text("queue.url")) return {filter};
  }
  return out.take();
}

std::vector<Check> check_feed(const Config& config) {
  Checks out;
  const auto url = config.text("feed.url");
  if (url.empty() || url == config.text("queue.url")) return out.take();
  const auto redis = Redis::open({.url = url, .ca_file = config.text("queue.ca_file")});
  const auto answer = redis ? (*redis)->call("", {"PING"}) : Result<RedisReply>(redis.error());
  if (!answer)
    out.failed("feed", answer.error());
  else
    out.pass("feed", (*redis)->address() + " answers");
  return out.take();
}

std::vector<Check> check_store(const Config& config) {
  if (!is_embedded(config, "store.url"))
    return check_server(postgres_config(config, "doctor"), config.flag("queue.require_durable"));
  Checks out;
  check_embedded("store", *open_store(config, "doctor"), out);
  return out.take();
}

std::vector<Check> check_search(const Config& config) {
  if (!is_embedded(config, "search.url")) return check_server(elastic_config(config));
  Checks out;
  check_embedded("search", *open_search(config), out);
  return out.take();
}

// What a health check wants to know: the process answers, its loops turn, and its servers take what it does.
void check_process(const Config& config, const std::string& role, Checks& out) {
  const auto name = role.empty() ? std::string("process") : role;
  const auto address = reachable(config.text("ops.listen"));
  if (address.empty()) return out.fail(name, "ops.listen is empty, so nobody can be asked", "set ops.listen");
  HttpClient client({.call_timeout = kQuick});
  const auto answer = client.call({.url = fmt::format("http://{}/readyz", address)});
  if (!answer)
    out.fail(name, answer.error().what, "is it running? ops.listen names its address");
  else
    out.judge(fail, answer->status == 200, name,
              answer->status == 200 ? "ready at " + address : fmt::format("not ready: {}", answer->body),
              "see its log");
}

std::vector<Check> check_all(const Config& config) {
  Checks out;
  check_configuration(config, out);
  check_folder(config, out);
  auto all = out.take();
  add_all(all, guarded("queue", [&] { return check_queue(config); }));
  add_all(all, guarded("redis filter", [&] { return check_coordination(config); }));
  add_all(all, guarded("feed", [&] { return check_feed(config); }));
  add_all(all, guarded("store", [&] { return check_store(config); }));
  add_all(all, guarded("search", [&] { return check_search(config); }));
  Checks machine;
  check_machine(config, machine);
  add_all(all, machine.take());
  return all;
}

std::string_view word_of(Check::Verdict verdict) {
  return verdict == pass ? "PASS" : verdict == warn ? "WARN" : "FAIL";
}

void print_json(const std::vector<Check>& checks) {
  std::string out = "[";
  for (const auto& check : checks) {
    const auto member = [&out](std::string_view name, std::string_view text) {
      out += fmt::format("{}\"{}\":", out.ends_with('{') ? "" : ",", name);
      append_json_string(out, text);
    };
    out += out.size() > 1 ? ",\n{" : "{";
    member("verdict", word_of(check.verdict));
    member("name", check.name);
    member("found", check.found);
    member("remedy", check.remedy);
    out += '}';
  }
  fmt::print("{}]\n", out);
}

void print_lines(const std::vector<Check>& checks) {
  std::size_t width = 0;
  for (const auto& check : checks) width = std::max(width, check.name.size());
  for (const auto& check : checks)
    fmt::print("{}  {:{}}  {}{}{}\n", word_of(check.verdict), check.name, width, check.found,
               check.remedy.empty() ? "" : "  ->  ", check.remedy);
}

int exit_code(const std::vector<Check>& checks) {
  const auto any = [&checks](Check::Cause cause) {
    return std::any_of(checks.begin(), checks.end(),
                       [cause](const Check& check) { return check.verdict == fail && check.cause == cause; });
  };
  if (any(Check::Cause::settings)) return kWrongConfiguration;
  if (any(Check::Cause::away)) return kServerMissing;
  return any(Check::Cause::itself) ? kFailed : kDone;
}

}  // namespace

int doctor_command(const Config& config, const DoctorOptions& options) {
  std::vector<Check> checks;
  if (options.quick) {
    Checks out;
    check_process(config, options.role, out);
    checks = out.take();
  } else {
    checks = check_all(config);
  }
  options.json ? print_json(checks) : print_lines(checks);
  return exit_code(checks);
}

}  // namespace tweetpulse
