// Preloaded into one process, shifts its wall clock by TWEETPULSE_CLOCK_SHIFT seconds; with TWEETPULSE_CLOCK_STEP=n the
// shift begins n seconds after the start. The monotonic clock stays. Threads: any.
#include <dlfcn.h>
#include <time.h>

#include <cstdlib>

namespace {

using ClockGettime = int (*)(clockid_t, timespec*);

ClockGettime real() {
  static const auto function = reinterpret_cast<ClockGettime>(dlsym(RTLD_NEXT, "clock_gettime"));
  return function;
}

long variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? 0 : std::atol(value);
}

long monotonic_seconds() {
  timespec time{};
  real()(CLOCK_MONOTONIC, &time);
  return time.tv_sec;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const long shift = variable("TWEETPULSE_CLOCK_SHIFT");
  static const long from = monotonic_seconds() + variable("TWEETPULSE_CLOCK_STEP");
  const int outcome = real()(clock, time);
  if (clock == CLOCK_REALTIME && outcome == 0 && monotonic_seconds() >= from) time->tv_sec += shift;
  return outcome;
}
