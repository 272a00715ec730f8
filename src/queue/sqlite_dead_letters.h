// The dead letters of the SQLite queue. Waiting ones have a payload; discarded and redriven ones keep id and reason.
// Threads: the Database belongs to the caller, who holds QueueFile::writing to write.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "queue/sqlite_queue_file.h"

namespace tweetpulse {

// Durable with the caller's transaction, which it requires. An id that is there already is left as it is.
Result<> keep_letter(sqlite::Database& database, const DeadLetter& letter);

Result<DeadLetterPage> list_letters(sqlite::Database& database, const DeadLetterFilter& filter, std::size_t limit,
                                    std::string_view after);
Result<std::vector<std::string>> list_dead_tweets(sqlite::Database& database, std::string_view group,
                                                  std::string_view after, std::size_t limit);

Result<std::int64_t> redrive_letters(sqlite::Database& database, const DeadLetterFilter& filter);
Result<std::int64_t> discard_letters(sqlite::Database& database, const DeadLetterFilter& filter);
Result<std::int64_t> discard_letters_of(sqlite::Database& database, std::span<const std::string> tweet_ids);

// Waiting letters by group, ascending name.
Result<std::vector<std::pair<std::string, std::int64_t>>> count_letters(sqlite::Database& database);

}  // namespace tweetpulse
