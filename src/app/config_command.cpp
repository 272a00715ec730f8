#include <fmt/format.h>

#include <fstream>

#include "app/commands.h"
#include "app/config_values.h"
#include "app/exit_codes.h"
#include "app/version.h"

namespace tweetpulse {
namespace {

std::string toml_value(const ConfigKey& key) {
  switch (key.type) {
    case KeyType::integer:
    case KeyType::real:
    case KeyType::boolean:
      return std::string(key.fallback);
    case KeyType::list: {
      std::string list = "[";
      for (const auto& item : split_list(key.fallback)) list += (list.size() > 1 ? ", \"" : "\"") + item + "\"";
      return list + "]";
    }
    default:
      return fmt::format("\"{}\"", key.fallback);
  }
}

// Every key with its default and its sentence, in the sections of the names.
std::string commented_file() {
  std::string out =
      "# TweetPulse: every key with its default. Flags and environment variables stand above this file.\n";
  std::string section;
  for (const auto& key : config_keys()) {
    const auto dot = key.name.find('.');
    const auto own = dot == std::string_view::npos ? std::string() : std::string(key.name.substr(0, dot));
    if (own != section) {
      section = own;
      out += fmt::format("\n[{}]\n", section);
    }
    out += fmt::format("# {}", key.sentence);
    if (!key.range.empty()) out += fmt::format(" ({})", key.range);
    if (key.reloadable) out += " Reloadable.";
    out += fmt::format("\n{} = {}\n", key.name.substr(dot == std::string_view::npos ? 0 : dot + 1), toml_value(key));
  }
  return out;
}

}  // namespace

int config_show_command(const Config& config, bool origin) {
  fmt::print("{}", config.print(origin));
  return kDone;
}

int config_check_command(const Config& config) {
  fmt::print("configuration: OK, data folder {}\n", config.data_dir().string());
  return kDone;
}

int config_init_command(const std::filesystem::path& file) {
  if (file.empty()) {
    fmt::print("{}", commented_file());
    return kDone;
  }
  if (std::filesystem::exists(file))
    throw StartError(kCannotWrite, fmt::format("{} is there already: name another file.", file.string()));
  std::ofstream out(file);
  out << commented_file();
  if (!out.flush()) throw StartError(kCannotWrite, fmt::format("{} cannot be written.", file.string()));
  fmt::print("written: {}\n", file.string());
  return kDone;
}

int openapi_command() {
  fmt::print("{}\n", openapi_json(build_info().version));
  return kDone;
}

int version_command() {
  const auto build = build_info();
  fmt::print("{} {} ({}, {})\n", build.name, build.version, build.commit.empty() ? "no commit" : build.commit,
             build.compiler);
  return kDone;
}

}  // namespace tweetpulse
