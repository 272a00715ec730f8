// What actions and notes are about, for every index alike. Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tweet/tweet.h"

namespace tweetpulse {

std::string_view author_key(const Author& author);  // the id, else the handle
// An author action's id is {source}:{author.id}:{action}:{ms}, so it never names a tweet.
bool is_about_author(const Tweet& action);
// X writes XX for every country and XY for a takedown by law.
bool names_everywhere(std::span<const std::string> countries);

std::vector<std::string> split_commas(std::string_view text);
std::string join_commas(std::span<const std::string> parts);

}  // namespace tweetpulse
