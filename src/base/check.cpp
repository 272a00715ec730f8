#include "base/check.h"

#include <fmt/format.h>

#include <algorithm>

namespace tweetpulse {
namespace {

constexpr milliseconds kSkewAllowed{1'000};

}  // namespace

void Checks::pass(std::string name, std::string found) {
  list_.push_back({Check::Verdict::pass, std::move(name), std::move(found), ""});
}

void Checks::warn(std::string name, std::string found, std::string remedy) {
  list_.push_back({Check::Verdict::warn, std::move(name), std::move(found), std::move(remedy)});
}

void Checks::fail(std::string name, std::string found, std::string remedy, Check::Cause cause) {
  list_.push_back({Check::Verdict::fail, std::move(name), std::move(found), std::move(remedy), cause});
}

void Checks::judge(Check::Verdict otherwise, bool good, std::string name, std::string found, std::string remedy) {
  list_.push_back({good ? Check::Verdict::pass : otherwise, std::move(name), std::move(found),
                   good ? std::string() : std::move(remedy)});
}

void Checks::failed(std::string name, const Error& error) {
  if (error.retryable())
    return fail(std::move(name), error.what, "start it, or correct its address: tweetpulse config show --origin",
                Check::Cause::away);
  fail(std::move(name), error.what, "correct the address or the login: tweetpulse config show --origin",
       Check::Cause::settings);
}

void Checks::clock(std::string name, Time theirs, Time before, Time after) {
  // Their clock was read at some moment of the trip: only what lies outside of it is skew.
  const auto skew = theirs < before ? theirs - before : theirs > after ? theirs - after : milliseconds(0);
  judge(Check::Verdict::warn, std::chrono::abs(skew) <= kSkewAllowed, std::move(name),
        fmt::format("{:+.1f} s from ours", static_cast<double>(skew.count()) / 1000),
        "let both machines follow NTP: timedatectl set-ntp true");
}

bool Checks::has_fail() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const Check& check) { return check.verdict == Check::Verdict::fail; });
}

}  // namespace tweetpulse
