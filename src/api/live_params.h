// What a live client may ask for, as read from its parameters. Threads: pure.
#pragma once

#include "api/live_watch.h"
#include "api/parameters.h"

namespace tweetpulse::api {

LiveQuestion live_question(const Values& values);

}  // namespace tweetpulse::api
