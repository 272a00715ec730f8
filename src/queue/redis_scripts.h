// The Lua scripts of the Redis queue: each does in one atomic step what must not come apart. All keys of one partition
// carry its hash tag. Threads: constants.
#pragma once

#include <string>
#include <string_view>

namespace tweetpulse::redis_script {

// KEYS stream meta epoch; ARGV new epoch, force, start, group...
// Returns {epoch, 1 when it is new, entries that a start other than 0 skips}.
extern const std::string_view kBegin;
// KEYS stream meta epoch shut; ARGV epoch, least added, max_bytes, dead_max_bytes, groups, bytes and count of the push.
// Returns {OK|LOST|TAIL|FULL|DEAD|error, added}.
extern const std::string_view kPush;
// KEYS stream shut.
extern const std::string_view kOpen;
// KEYS stream meta suspects; ARGV group, id... Returns how many were pending.
extern const std::string_view kAck;
// KEYS stream meta suspects dead dead:ids; ARGV group, entry, letter fields. Returns 1, or 0 when it was not pending.
extern const std::string_view kBuryEntry;
// KEYS meta dead dead:ids; ARGV dead_max_bytes, letter fields. Returns OK or FULL.
extern const std::string_view kBuryLetter;
// KEYS meta dead dead:ids; ARGV place of the letter, discarded|redriven. Returns 1, or 0 when it is not waiting.
extern const std::string_view kCloseLetter;
// KEYS stream; ARGV group... Returns how many entries it freed.
extern const std::string_view kTrim;
// KEYS stream meta epoch suspects; ARGV epoch, group. Returns 1, 0 when it is parked already, -1 when the queue was
// lost.
extern const std::string_view kPark;
// KEYS stream meta epoch; ARGV epoch, group, other group... Returns how many entries it ever passed over, -1 when the
// queue was lost, -2 when another group has not done them yet.
extern const std::string_view kUnpark;
// KEYS stream meta epoch; ARGV epoch, group, what kUnpark returned. Returns how many entries are done by that.
extern const std::string_view kSettle;
// KEYS stream; ARGV group, consumer, idle ms. Returns how many entries it renewed.
extern const std::string_view kRenew;
// KEYS stream meta epoch; ARGV group... Returns {epoch, length, meta, last, {last delivered, pending, lowest, idle,
// next, consumers}...}.
extern const std::string_view kStatus;
// KEYS stream; ARGV group, idle ms. Deletes consumers that are silent so long and hold nothing.
extern const std::string_view kForget;

// SHA-1 in hex, as EVALSHA wants it.
std::string sha(std::string_view script);

}  // namespace tweetpulse::redis_script
