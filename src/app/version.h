// Name, version and build of this binary. Threads: constants.
#pragma once

#include "api/api.h"

namespace tweetpulse {

BuildInfo build_info();

}  // namespace tweetpulse
