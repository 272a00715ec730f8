#include "queue/queue.h"

namespace tweetpulse {
namespace {

Error cannot_park() {
  return {ErrorCode::rejected, "This queue parks no group: its workers are in the same process, and wait for them."};
}

}  // namespace

Result<bool> Queue::park(std::string_view) {
  return cannot_park();
}
Result<std::string> Queue::unpark(std::string_view) {
  return cannot_park();
}
Result<> Queue::settle(std::string_view, std::string_view) {
  return cannot_park();
}

}  // namespace tweetpulse
