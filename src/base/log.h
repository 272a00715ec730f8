// One line an event on stderr: a fixed sentence and key=value fields; text on a terminal, JSON elsewhere.
// WARN = recovered, ERROR = someone must act. Never tweet text at info or above, never a secret.
// Threads: every function may be called from any thread. Equal WARN lines fold after 10 in 10 s.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tweetpulse::log {

enum class Level { debug, info, warn, error, off };

struct Field {
  std::string_view key;
  std::string value;
  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const char* text) : key(name), value(text) {}
  Field(std::string_view name, const std::string& text) : key(name), value(text) {}
  template <std::integral T>
  Field(std::string_view name, T number) : key(name), value(std::to_string(number)) {}
  Field(std::string_view name, double number);
};
using Fields = std::initializer_list<Field>;

// `spec`: `info` or `worker=debug,info`; false when it names no level. `format`: `auto`, `text` or `json`.
bool configure(std::string_view spec, std::string_view format, std::string_view role);

void debug(std::string_view folder, std::string_view sentence, Fields fields = {});
void info(std::string_view folder, std::string_view sentence, Fields fields = {});
void warn(std::string_view folder, std::string_view sentence, Fields fields = {});
void error(std::string_view folder, std::string_view sentence, Fields fields = {});

}  // namespace tweetpulse::log
