// Which format a line of input has, and the one door to all payload readers: a line in, tweets or a refusal out.
// Threads: pure functions; each thread has its own parser.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "source/source.h"

namespace tweetpulse {

// detect: the first object of a file or body decides (detect_format), and the rest is read as that.
enum class Format { detect, neutral, x_v2, x_v1 };

// `auto neutral x_v2 x_v1`; nullopt: no format of ours (yet).
std::optional<Format> format_from(std::string_view name);
std::string_view to_string(Format format);

// nullopt: no JSON object, or the shape of no format.
std::optional<Format> detect_format(std::string_view line);

// One line without its end. With Format::detect the line is read as what it looks like. observed_at of an X v2 post is
// left open: whoever read it from the network sets it.
Received read_line(Format format, std::string_view line, Time received_at, bool keep_raw);

// What a line that cannot even be read to its end is refused as (`too_long`, `truncated_file`).
Received refused_line(std::string_view reason, std::string_view payload, std::string_view place = {});

// Payload bytes that a refusal keeps.
inline constexpr std::size_t kKeptPayload = 64 * 1024;

}  // namespace tweetpulse
