// What a scrape asks of queue, store and machine. Threads: asks on the thread of the scrape.
#pragma once

#include <filesystem>

#include "app/runtime.h"

namespace tweetpulse {

// Requires: the runtime lives as long as the process answers scrapes.
void count_ports(Runtime& runtime, std::filesystem::path folder);

}  // namespace tweetpulse
