// What this process was told: one table of keys drives parsing, printing and the documents. Every value knows where it
// came from: flag > environment > file > default, merged key by key. Threads: read-only once loaded.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tweetpulse {

enum class KeyType { text, integer, real, boolean, duration, size, list };

struct ConfigKey {
  std::string_view name;  // section.key
  KeyType type = KeyType::text;
  std::string_view fallback;     // as in TOML, lists with commas
  std::string_view range;        // "1..10000", "a|b|c", "" = any
  std::string_view environment;  // the seed's variable, beside TWEETPULSE_<SECTION>_<KEY>
  bool secret = false, reloadable = false;
  std::string_view sentence;
};
std::span<const ConfigKey> config_keys();

// Exit 78: the sentence names file:line:column, flag or variable, the nearest key and the allowed values.
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ConfigSources {
  std::vector<std::string> flags;  // section.key=value of --set
  std::string file;                // of --config; "" = the usual places
  std::map<std::string, std::string> environment;
};

class Config {
 public:
  static Config load(const ConfigSources& sources);  // throws ConfigError

  std::string text(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;  // also sizes, in bytes
  double real(std::string_view key) const;
  bool flag(std::string_view key) const;
  std::chrono::milliseconds duration(std::string_view key) const;
  std::vector<std::string> list(std::string_view key) const;
  bool given(std::string_view key) const;          // not the default
  std::string origin(std::string_view key) const;  // default, FILE:LINE, environment NAME, flag
  // Replaces a value; for `demo` and `replay`, which bring settings of their own.
  void set(std::string_view key, std::string value, std::string_view origin);

  std::filesystem::path data_dir() const;  // $STATE_DIRECTORY, else $XDG_DATA_HOME/tweetpulse, when the key is empty
  // key = value lines, secrets redacted; with the origin when asked.
  std::string print(bool with_origin) const;

 private:
  struct Value {
    std::string text, origin;
  };
  std::map<std::string, Value, std::less<>> values_;
  std::map<std::string, std::string> environment_;
};

// The environment of this process.
std::map<std::string, std::string> process_environment();

}  // namespace tweetpulse
