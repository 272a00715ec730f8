// The checks of `doctor` that need no server: configuration, data folder, ports, machine. Threads: one command a
// process.
#pragma once

#include "app/config.h"
#include "base/check.h"

namespace tweetpulse {

void check_configuration(const Config& config, Checks& out);
void check_folder(const Config& config, Checks& out);
void check_machine(const Config& config, Checks& out);

// A URL without its passwords, for the screen.
std::string redacted(std::string_view url);
// Where a process that listens there is asked: any address of this machine = loopback.
std::string reachable(std::string address);

}  // namespace tweetpulse
