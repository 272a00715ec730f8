#include "app/version.h"

namespace tweetpulse {

BuildInfo build_info() {
  BuildInfo build;
  build.version = TWEETPULSE_VERSION;
  build.commit = TWEETPULSE_COMMIT;
#ifdef __clang__
  build.compiler = "clang " __clang_version__;
#else
  build.compiler = "gcc " __VERSION__;
#endif
  build.adapters = {"queue:sqlite", "store:sqlite", "search:sqlite",    "seen_filter:local", "lock:local",
                    "cache:local",  "feed:local",   "source:simulator", "source:file",       "source:push"};
  return build;
}

}  // namespace tweetpulse
