#include "app/config.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/config_values.h"
#include "base/log.h"

extern char** environ;

namespace tweetpulse {
namespace {

const ConfigKey* find_key(std::string_view name) {
  const auto keys = config_keys();
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

[[noreturn]] void unknown_key(std::string_view name, std::string_view where) {
  const auto near = nearest_key(name);
  throw ConfigError(fmt::format("{}: there is no key '{}'{}. `tweetpulse config show` lists them all.", where, name,
                                near.empty() ? "" : fmt::format("; did you mean '{}'", near)));
}

// Docker's --env-file passes a comment after a value on.
std::string without_comment(std::string value) {
  const auto hash = value.find(" #");
  if (hash != std::string::npos) value.resize(hash);
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back())) != 0) value.pop_back();
  return value;
}

std::string toml_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* list = node.as_array()) {
    std::string joined;
    for (const auto& item : *list) joined += (joined.empty() ? "" : ",") + toml_text(item);
    return joined;
  }
  return {};
}

struct FileEntry {
  std::string name, value, where;
};

void flatten(const toml::table& table, const std::string& prefix, const std::string& file,
             std::vector<FileEntry>& out) {
  for (const auto& [key, node] : table) {
    const auto name = prefix + std::string(key.str());
    const auto where = fmt::format("{}:{}:{}", file, node.source().begin.line, node.source().begin.column);
    if (const auto* inner = node.as_table())
      flatten(*inner, name + ".", file, out);
    else
      out.push_back({name, toml_text(node), where});
  }
}

std::vector<FileEntry> read_file(const std::string& file) {
  std::vector<FileEntry> entries;
  try {
    flatten(toml::parse_file(file), "", file, entries);
  } catch (const toml::parse_error& error) {
    throw ConfigError(
        fmt::format("{}:{}:{}: {}", file, error.source().begin.line, error.source().begin.column, error.description()));
  }
  return entries;
}

std::string usual_file(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> places = {"tweetpulse.toml"};
  const auto variable = [&environment](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  if (const auto home = variable("XDG_CONFIG_HOME"); !home.empty())
    places.push_back(home + "/tweetpulse/config.toml");
  else if (const auto own = variable("HOME"); !own.empty())
    places.push_back(own + "/.config/tweetpulse/config.toml");
  places.emplace_back("/etc/tweetpulse/config.toml");
  for (const auto& place : places)
    if (std::error_code error; std::filesystem::is_regular_file(place, error)) return place;
  return {};
}

std::string secret_from_file(const std::string& variable, const std::string& file) {
  std::error_code error;
  const auto mode = std::filesystem::status(file, error).permissions();
  if (error) throw ConfigError(fmt::format("{}: {} cannot be read: {}", variable, file, error.message()));
  if ((mode & std::filesystem::perms::others_read) != std::filesystem::perms::none)
    throw ConfigError(fmt::format("{}: {} is readable by everyone; chmod 600 it.", variable, file));
  std::ifstream in(file);
  std::ostringstream content;
  content << in.rdbuf();
  return without_comment(content.str());
}

// What scripts/servers exports beside the addresses, for tests and for itself.
bool is_for_scripts(std::string_view name) {
  return name.starts_with("TWEETPULSE_TEST_") || name.starts_with("TWEETPULSE_SERVERS_");
}

}  // namespace

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

void Config::set(std::string_view name, std::string value, std::string_view origin) {
  const auto* key = find_key(name);
  if (key == nullptr) unknown_key(name, origin);
  if (const auto wrong = misfit(*key, value); !wrong.empty())
    throw ConfigError(fmt::format("{}: {} {}.", origin, name, wrong));
  values_[std::string(name)] = {std::move(value), std::string(origin)};
}

Config Config::load(const ConfigSources& sources) {
  Config config;
  config.environment_ = sources.environment;
  for (const auto& key : config_keys()) config.values_[std::string(key.name)] = {std::string(key.fallback), "default"};
  if (!sources.file.empty() && !std::filesystem::exists(sources.file))
    throw ConfigError(fmt::format("--config: there is no file {}.", sources.file));
  const auto file = sources.file.empty() ? usual_file(sources.environment) : sources.file;
  if (!file.empty())
    for (auto& entry : read_file(file)) config.set(entry.name, std::move(entry.value), entry.where);
  std::vector<std::string> known;
  for (const auto& key : config_keys()) {
    const auto own = variable_of(key.name);
    known.push_back(own);
    for (const auto& name : {std::string(key.environment), own}) {
      const auto found = sources.environment.find(name);
      if (!name.empty() && found != sources.environment.end() && !found->second.empty())
        config.set(key.name, without_comment(found->second), "environment " + name);
      if (!key.secret || name.empty()) continue;
      const auto from_file = sources.environment.find(name + "_FILE");
      known.push_back(name + "_FILE");
      if (from_file != sources.environment.end())
        config.set(key.name, secret_from_file(from_file->first, from_file->second), "file of " + from_file->first);
    }
  }
  for (const auto& [name, value] : sources.environment)
    if (name.starts_with("TWEETPULSE_") && !is_for_scripts(name) &&
        std::find(known.begin(), known.end(), name) == known.end())
      log::warn("app", "An environment variable is not known.", {{"name", name}});
  for (const auto& flag : sources.flags) {
    const auto equals = flag.find('=');
    if (equals == std::string::npos) throw ConfigError(fmt::format("--set {}: write section.key=value.", flag));
    config.set(flag.substr(0, equals), flag.substr(equals + 1), "flag --set");
  }
  return config;
}

std::string Config::text(std::string_view key) const {
  return values_.find(key)->second.text;
}
std::int64_t Config::integer(std::string_view key) const {
  const auto value = text(key);
  return find_key(key)->type == KeyType::size ? parse_size(value).value_or(0) : parse_integer(value).value_or(0);
}
double Config::real(std::string_view key) const {
  return parse_real(text(key)).value_or(0);
}
bool Config::flag(std::string_view key) const {
  return parse_boolean(text(key)).value_or(false);
}
std::chrono::milliseconds Config::duration(std::string_view key) const {
  return parse_duration(text(key)).value_or(std::chrono::milliseconds(0));
}
std::vector<std::string> Config::list(std::string_view key) const {
  return split_list(text(key));
}
bool Config::given(std::string_view key) const {
  return origin(key) != "default";
}
std::string Config::origin(std::string_view key) const {
  return values_.find(key)->second.origin;
}

std::filesystem::path Config::data_dir() const {
  if (const auto own = text("data_dir"); !own.empty()) return own;
  const auto variable = [this](const char* name) {
    const auto found = environment_.find(name);
    return found == environment_.end() ? std::string() : found->second;
  };
  if (const auto state = variable("STATE_DIRECTORY"); !state.empty()) return state;
  if (const auto data = variable("XDG_DATA_HOME"); !data.empty()) return std::filesystem::path(data) / "tweetpulse";
  if (const auto home = variable("HOME"); !home.empty()) return std::filesystem::path(home) / ".local/share/tweetpulse";
  throw ConfigError("data_dir is not set and there is no HOME: set data_dir or TWEETPULSE_DATA_DIR to a folder.");
}

std::string Config::print(bool with_origin) const {
  std::string out;
  for (const auto& key : config_keys()) {
    const auto& value = values_.find(key.name)->second;
    const auto shown = key.secret && !value.text.empty() ? std::string("(redacted)") : value.text;
    out += fmt::format("{} = \"{}\"", key.name, shown);
    if (with_origin) out += fmt::format("  # {}", value.origin);
    out += '\n';
  }
  return out;
}

}  // namespace tweetpulse
