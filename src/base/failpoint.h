// Places where a fault test may kill the process, and wrongs that a negative control may switch on. Both exist only in
// the program `tweetpulse_breakable`, which compiles the files that use them once more; in `tweetpulse` they are
// nothing. Threads: any thread.
#pragma once

#ifdef TWEETPULSE_BREAKABLE

#include <string_view>

namespace tweetpulse {
// Kills the process when TWEETPULSE_FAILPOINT=name[:n] names this place, at its n-th passage.
void failpoint(std::string_view name);
// Kills the process when TWEETPULSE_FAILPOINT=id:ID names this tweet.
void failpoint_id(std::string_view tweet_id);
// True when TWEETPULSE_BREAK=name.
bool broken(std::string_view name);
}  // namespace tweetpulse

#define FAILPOINT(name) ::tweetpulse::failpoint(name)
#define FAILPOINT_ID(id) ::tweetpulse::failpoint_id(id)
#define BROKEN(name) ::tweetpulse::broken(name)

#else

#define FAILPOINT(name) static_cast<void>(0)
#define FAILPOINT_ID(id) static_cast<void>(id)
#define BROKEN(name) false

#endif
