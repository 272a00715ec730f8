// Tells a damaged SQLite log before SQLite opens it: SQLite would pass over one and lose the commits in it silently.
// Threads: pure function over files.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace tweetpulse::sqlite {

// corrupt: the file is gone and its log is there, or the header of the log is damaged. Frames behind a sound header
// are SQLite's to check: it recovers up to the last whole commit.
Result<> check_log(const std::filesystem::path& file);

}  // namespace tweetpulse::sqlite
