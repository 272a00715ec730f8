#include "app/web_files.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "app/exit_codes.h"

namespace tweetpulse {
namespace {

struct PackedFile {
  std::string_view path, type;
  bool immutable;
  std::size_t plain, plain_size, gzip, gzip_size, brotli, brotli_size;  // places in the pack
};

#ifdef TWEETPULSE_WEB_PACK
__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    "tweetpulse_web_pack:\n"
    ".incbin \"" TWEETPULSE_WEB_PACK
    "\"\n"
    ".byte 0\n"
    ".previous\n");
extern "C" const char tweetpulse_web_pack[] __attribute__((visibility("hidden")));
constexpr PackedFile kFiles[] = {
#include "web_pack.inc"
};
#endif

std::string_view type_of(const std::string& extension) {
  static const std::map<std::string, std::string_view> kTypes = {{".html", "text/html; charset=utf-8"},
                                                                 {".js", "text/javascript; charset=utf-8"},
                                                                 {".css", "text/css; charset=utf-8"},
                                                                 {".svg", "image/svg+xml"},
                                                                 {".png", "image/png"},
                                                                 {".ico", "image/x-icon"},
                                                                 {".json", "application/json"},
                                                                 {".map", "application/json"},
                                                                 {".woff2", "font/woff2"},
                                                                 {".txt", "text/plain; charset=utf-8"}};
  const auto found = kTypes.find(extension);
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

}  // namespace

api::StaticFiles embedded_web_files() {
#ifdef TWEETPULSE_WEB_PACK
  return [](std::string_view path) -> std::optional<api::StaticFile> {
    for (const auto& file : kFiles) {
      if (file.path != path) continue;
      const auto piece = [](std::size_t at, std::size_t size) {
        return size == 0 ? std::string_view() : std::string_view(tweetpulse_web_pack + at, size);
      };
      return api::StaticFile{piece(file.plain, file.plain_size), file.type, piece(file.gzip, file.gzip_size),
                             piece(file.brotli, file.brotli_size), file.immutable};
    }
    return std::nullopt;
  };
#else
  return {};
#endif
}

api::StaticFiles web_files_of(const std::filesystem::path& folder) {
  if (!std::filesystem::is_regular_file(folder / "index.html"))
    throw StartError(kWrongUsage, fmt::format("--ui-dir: there is no index.html in {}.", folder.string()));
  auto files = std::make_shared<std::map<std::string, std::string, std::less<>>>();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    files->emplace(entry.path().lexically_relative(folder).generic_string(), content.str());
  }
  return [files](std::string_view path) -> std::optional<api::StaticFile> {
    const auto found = files->find(path);
    if (found == files->end()) return std::nullopt;
    return api::StaticFile{
        found->second, type_of(std::filesystem::path(found->first).extension().string()), {}, {}, false};
  };
}

}  // namespace tweetpulse
