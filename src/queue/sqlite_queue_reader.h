// One consumer's place in one group of the SQLite queue.
// Threads: a reader belongs to one thread at a time; readers of one file may run side by side.
#pragma once

#include <memory>
#include <string_view>

#include "queue/sqlite_queue_file.h"

namespace tweetpulse {

// Takes over what the consumer left unacked in an earlier life.
Result<std::unique_ptr<QueueReader>> join_group(std::shared_ptr<QueueFile> file, std::string_view group,
                                                std::string_view consumer);

}  // namespace tweetpulse
