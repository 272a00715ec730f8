#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>

#include "base/time.h"

namespace tweetpulse::log {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"debug", "info", "warn", "error", "off"};
constexpr int kEqualWarnings = 10;
constexpr std::chrono::seconds kFoldWindow{10};

std::optional<Level> level_from(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Level>(i);
  return std::nullopt;
}

struct Fold {
  std::chrono::steady_clock::time_point since;
  int seen = 0;
};

struct Settings {
  Level level = Level::info;
  std::map<std::string, Level, std::less<>> folders;
  bool json = isatty(STDERR_FILENO) == 0;
  std::string role = "tweetpulse";
};

std::mutex g_mutex;
Settings g_settings;
std::map<std::string, Fold, std::less<>> g_folds;

// A log line is one line whatever it quotes: control characters and quotes are escaped.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
}

std::string line_of(const Settings& settings, Level level, std::string_view folder, std::string_view sentence,
                    Fields fields, int folded) {
  std::string out;
  const auto name = kNames[static_cast<std::size_t>(level)];
  if (settings.json) {
    out = fmt::format(R"({{"ts":"{}","level":"{}","role":"{}","folder":"{}","msg":")", format_rfc3339(now()), name,
                      settings.role, folder);
    append_escaped(out, sentence);
    out += '"';
    for (const auto& field : fields) {
      out += fmt::format(R"(,"{}":")", field.key);
      append_escaped(out, field.value);
      out += '"';
    }
    if (folded > 0) out += fmt::format(R"(,"folded":"{}")", folded);
    out += "}\n";
    return out;
  }
  out = fmt::format("{} {:5} {}: {}", format_rfc3339(now()), name, folder, sentence);
  for (const auto& field : fields) {
    out += fmt::format(" {}=", field.key);
    append_escaped(out, field.value);
  }
  if (folded > 0) out += fmt::format(" folded={}", folded);
  out += '\n';
  return out;
}

// How many equal warnings were swallowed before this one; nullopt: swallow this one too.
std::optional<int> fold(std::string_view folder, std::string_view sentence) {
  const auto key = fmt::format("{}/{}", folder, sentence);
  const auto moment = std::chrono::steady_clock::now();
  auto& entry = g_folds[key];
  if (moment - entry.since > kFoldWindow) {
    const int swallowed = std::max(0, entry.seen - kEqualWarnings);
    entry = {moment, 1};
    return swallowed;
  }
  return ++entry.seen > kEqualWarnings ? std::nullopt : std::optional(0);
}

void write(Level level, std::string_view folder, std::string_view sentence, Fields fields) {
  const std::lock_guard lock(g_mutex);
  const auto own = g_settings.folders.find(folder);
  if (level < (own == g_settings.folders.end() ? g_settings.level : own->second)) return;
  int folded = 0;
  if (level == Level::warn) {
    const auto swallowed = fold(folder, sentence);
    if (!swallowed) return;
    folded = *swallowed;
  }
  const auto line = line_of(g_settings, level, folder, sentence, fields, folded);
  (void)!::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

Field::Field(std::string_view name, double number) : key(name), value(fmt::format("{:.6g}", number)) {}

bool configure(std::string_view spec, std::string_view format, std::string_view role) {
  Settings settings;
  while (!spec.empty()) {
    const auto part = spec.substr(0, spec.find(','));
    spec.remove_prefix(std::min(spec.size(), part.size() + 1));
    const auto equals = part.find('=');
    const auto level = level_from(equals == std::string_view::npos ? part : part.substr(equals + 1));
    if (!level) return false;
    if (equals == std::string_view::npos)
      settings.level = *level;
    else
      settings.folders.emplace(part.substr(0, equals), *level);
  }
  if (format != "auto") settings.json = format == "json";
  settings.role = role;
  const std::lock_guard lock(g_mutex);
  g_settings = std::move(settings);
  return true;
}

void debug(std::string_view folder, std::string_view sentence, Fields fields) {
  write(Level::debug, folder, sentence, fields);
}
void info(std::string_view folder, std::string_view sentence, Fields fields) {
  write(Level::info, folder, sentence, fields);
}
void warn(std::string_view folder, std::string_view sentence, Fields fields) {
  write(Level::warn, folder, sentence, fields);
}
void error(std::string_view folder, std::string_view sentence, Fields fields) {
  write(Level::error, folder, sentence, fields);
}

}  // namespace tweetpulse::log
