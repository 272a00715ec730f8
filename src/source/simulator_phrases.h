// The words of the simulator, written for it: sentences by language and mood, tags, emoji, names.
// Threads: constant tables.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace tweetpulse {

// In a sentence `%` stands for a subject of the same language.
struct SimulatorLanguage {
  std::string_view code;
  double share;  // of the authors
  std::span<const std::string_view> subjects, positive, neutral, negative, tags;
};

std::span<const SimulatorLanguage> simulator_languages();
std::span<const std::string_view> simulator_given_names();
std::span<const std::string_view> simulator_family_names();
std::span<const std::string_view> simulator_good_emoji();
std::span<const std::string_view> simulator_plain_emoji();
std::span<const std::string_view> simulator_bad_emoji();
std::span<const std::string_view> simulator_sites();   // host names of links
std::span<const std::string_view> simulator_titles();  // of the pages there

}  // namespace tweetpulse
