// Notices that the queue was lost and began anew (another epoch), and does what delivery.md section 8 asks: cursor
// sources go back to what is stored, the loss becomes a gap with its count. Threads: tick() from one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "queue/queue.h"
#include "store/books.h"

namespace tweetpulse {

class LostQueue {
 public:
  LostQueue(Queue& queue, Books& books) : queue_(queue), books_(books) {}
  // Once a second, before the watermark moves. True: the queue was lost since the last call, and the search index may
  // lack what the store has.
  Result<bool> tick();

 private:
  Result<> go_back(const QueueStatus& status, std::string_view known);
  Result<> count_loss(const QueueStatus& status);

  Queue& queue_;
  Books& books_;
  std::string epoch_;
  std::optional<std::int64_t> reading_;  // the loss as read by the last tick: it counts when two agree
};

// Entries that were lost with queues of earlier epochs, as the gaps tell.
Result<std::int64_t> recorded_losses(Books& books);

}  // namespace tweetpulse
