#include "analyze/characters.h"

namespace tweetpulse::characters {

#include "characters.inc"

}  // namespace tweetpulse::characters
