// Composes the text of a simulated post: sentences of one mood, with tags, links, emoji and mentions in the shares of
// real streams. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "source/simulator_dice.h"
#include "source/simulator_phrases.h"
#include "tweet/tweet.h"

namespace tweetpulse {

struct SimulatorMood {
  double positive = .36, negative = .24;  // shares; the rest is neutral
  std::string_view hot_tag = {};          // what everybody talks about just now, "" = nothing
  double hot_share = 0;
};

struct SimulatorText {
  std::string text;
  Declared declared;
  bool wordless = false;  // emoji alone
};

// `mention`: handle of somebody, for the posts that name one.
SimulatorText compose_post(Dice& dice, const SimulatorLanguage& language, const SimulatorMood& mood,
                           std::string_view mention);
// A short answer or comment, without a link.
SimulatorText compose_answer(Dice& dice, const SimulatorLanguage& language, const SimulatorMood& mood);

// `RT @handle: text`, cut to 140 code points as X does.
std::string retweet_text(std::string_view handle, std::string_view text);

}  // namespace tweetpulse
