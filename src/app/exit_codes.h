// What the process says when it ends: operations table of exit codes. Threads: constants.
#pragma once

#include <stdexcept>
#include <string>

namespace tweetpulse {

inline constexpr int kDone = 0, kFailed = 1, kWrongUsage = 2, kPartly = 3, kDifferent = 4, kBadInput = 65,
                     kServerMissing = 69, kCannotWrite = 73, kNotNow = 75, kNoPermission = 77, kWrongConfiguration = 78;

// Ends a command before it has begun its work; main prints the one line, which holds the remedy.
struct StartError : std::runtime_error {
  int exit_code;
  StartError(int code, const std::string& what) : std::runtime_error(what), exit_code(code) {}
};

}  // namespace tweetpulse
