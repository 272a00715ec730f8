// Moves each source's `stored` cursor: everything up to it is in the store, so a lost queue is read again from there.
// Threads: tick() from one thread at a time.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "queue/queue.h"
#include "store/books.h"

namespace tweetpulse {

class Watermark {
 public:
  Watermark(Queue& queue, Books& books) : queue_(queue), books_(books) {}
  // Once a second, and once more when everything is at rest.
  Result<> tick();

 private:
  struct Note {
    std::int64_t position = 0;  // entries pushed when the cursor was already saved
    std::string cursor;
  };
  Queue& queue_;
  Books& books_;
  std::string epoch_;
  std::map<std::string, std::deque<Note>> notes_;
};

}  // namespace tweetpulse
