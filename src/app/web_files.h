// The built web UI inside the binary, or a folder given by --ui-dir. Threads: read-only.
#pragma once

#include <filesystem>

#include "api/ports.h"

namespace tweetpulse {

// The files embedded at build; empty when the binary was built without the UI.
api::StaticFiles embedded_web_files();
// Reads the files of a folder once; throws StartError when there is no index.html.
api::StaticFiles web_files_of(const std::filesystem::path& folder);

}  // namespace tweetpulse
