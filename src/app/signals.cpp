#include "app/signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace tweetpulse {
namespace {
constexpr int kEnd = SIGUSR1;  // wakes the watcher when it is to end
}

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
    int seen = 0;
    while (!end.stop_requested()) {
      const int signal = sigwaitinfo(&watched, nullptr);
      if (signal < 0 || signal == kEnd) continue;
      if (signal == SIGHUP) {
        hang_up_ = true;
        continue;
      }
      if (++seen > 1) _exit(128 + signal);
      stop_.request_stop();
    }
  });
}

Signals::~Signals() {
  watcher_.request_stop();
  pthread_kill(watcher_.native_handle(), kEnd);
}

}  // namespace tweetpulse
