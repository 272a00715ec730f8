#include "base/failpoint.h"

#include <csignal>
#include <cstdlib>
#include <string>

#include <unistd.h>
#include <atomic>

namespace tweetpulse {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void die() {
  kill(getpid(), SIGKILL);
}

}  // namespace

void failpoint(std::string_view name) {
  static const std::string wanted = variable("TWEETPULSE_FAILPOINT");
  static std::atomic<int> passages{0};
  if (!std::string_view(wanted).starts_with(name)) return;
  const auto rest = std::string_view(wanted).substr(name.size());
  if (!rest.empty() && rest[0] != ':') return;
  const int at = rest.empty() ? 1 : std::atoi(rest.data() + 1);
  if (++passages == at) die();
}

void failpoint_id(std::string_view tweet_id) {
  static const std::string wanted = variable("TWEETPULSE_FAILPOINT");
  if (wanted.starts_with("id:") && std::string_view(wanted).substr(3) == tweet_id) die();
}

bool broken(std::string_view name) {
  static const std::string wanted = variable("TWEETPULSE_BREAK");
  return wanted == name;
}

}  // namespace tweetpulse
