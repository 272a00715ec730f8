#include "app/signals.h"

#include <unistd.h>
#include <csignal>
#include <ctime>

namespace tweetpulse {

Signals::Signals() {
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGINT);
  sigaddset(&watched, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &watched, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  watcher_ = std::jthread([this, watched](const std::stop_token& end) {
    int seen = 0;
    while (!end.stop_requested()) {
      const timespec patience{0, 50'000'000};
      const int signal = sigtimedwait(&watched, nullptr, &patience);
      if (signal < 0) continue;
      if (++seen > 1) _exit(128 + signal);
      stop_.request_stop();
    }
  });
}

Signals::~Signals() = default;

}  // namespace tweetpulse
