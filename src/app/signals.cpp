#include "app/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace tweetpulse {
namespace {
constexpr int kEnd = SIGUSR1;  // wakes the watcher when it is to end
// `timeout` and the like signal the process and then its whole group: one wish that arrives twice.
constexpr std::chrono::milliseconds kEcho{30};
}  // namespace

Signals::Signals() {
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGINT);
  sigaddset(&watched, SIGTERM);
  sigaddset(&watched, SIGHUP);
  sigaddset(&watched, kEnd);
  pthread_sigmask(SIG_BLOCK, &watched, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of file sizes is a full disk, and told as one
  watcher_ = std::jthread([this, watched](const std::stop_token& end) {
    std::chrono::steady_clock::time_point first{};
    while (!end.stop_requested()) {
      const int signal = sigwaitinfo(&watched, nullptr);
      if (signal < 0 || signal == kEnd) continue;
      if (signal == SIGHUP) {
        hang_up_ = true;
        continue;
      }
      const auto moment = std::chrono::steady_clock::now();
      if (stop_.stop_requested()) {
        if (moment - first > kEcho) _exit(128 + signal);
        continue;
      }
      first = moment;
      stop_.request_stop();
    }
  });
}

Signals::~Signals() {
  watcher_.request_stop();
  pthread_kill(watcher_.native_handle(), kEnd);
}

}  // namespace tweetpulse
