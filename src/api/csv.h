// A tweet as one row of CSV (RFC 4180), safe to open in a spreadsheet. Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tweet/tweet.h"

namespace tweetpulse::api {

// The columns that exist of these, in their order; all when none is given.
std::vector<std::string_view> csv_columns(std::span<const std::string> wanted);
void append_csv_header(std::string& out, std::span<const std::string_view> columns);
void append_csv_row(std::string& out, const EnrichedTweet& tweet, std::span<const std::string_view> columns,
                    bool excel_ids);

}  // namespace tweetpulse::api
