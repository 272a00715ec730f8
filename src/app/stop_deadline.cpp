#include "app/stop_deadline.h"

#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include "app/exit_codes.h"
#include "base/log.h"

namespace tweetpulse {
namespace {

void watch(std::stop_token stopping, std::chrono::milliseconds limit, std::stop_token ended) {
  std::mutex mutex;
  std::condition_variable_any changed;
  const std::stop_callback wake(stopping, [&] {
    const std::lock_guard lock(mutex);
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  if (!changed.wait(lock, ended, [&stopping] { return stopping.stop_requested(); })) return;
  changed.wait_for(lock, ended, limit, [] { return false; });
  if (ended.stop_requested()) return;
  log::warn("app", "Stopping took longer than shutdown.timeout; what is unfinished stays pending.",
            {{"limit_ms", limit.count()}});
  _exit(kDone);
}

}  // namespace

StopDeadline::StopDeadline(std::stop_token stopping, std::chrono::milliseconds limit)
    : thread_([stopping = std::move(stopping), limit](std::stop_token ended) { watch(stopping, limit, ended); }) {}

}  // namespace tweetpulse
