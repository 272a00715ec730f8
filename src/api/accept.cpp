#include "api/accept.h"

#include <cstdlib>
#include <string>

#include "api/parameters.h"

namespace tweetpulse::api {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool covers(std::string_view range, std::string_view media) {
  if (range == "*/*" || range == media) return true;
  return range.ends_with("/*") && media.starts_with(range.substr(0, range.size() - 1));
}

int precision(std::string_view range) {
  return range == "*/*" ? 1 : range.ends_with("/*") ? 2 : 3;
}

// The most exact range that covers the type decides, not the first.
double quality(std::string_view accept, std::string_view media) {
  double found = 0;
  int exact = 0;
  for (const std::string_view part : split(accept, ',')) {
    const auto pieces = split(part, ';');
    const std::string_view range = trimmed(pieces.front());
    if (!covers(range, media) || precision(range) <= exact) continue;
    exact = precision(range);
    found = 1;
    for (const std::string_view piece : pieces) {
      if (trimmed(piece).starts_with("q=")) found = std::strtod(std::string(trimmed(piece).substr(2)).c_str(), nullptr);
    }
  }
  return found;
}

}  // namespace

std::string_view best_media(std::string_view accept, std::string_view offered) {
  const auto media = split(offered, ' ');
  if (trimmed(accept).empty()) return media.front();
  std::string_view best;
  double best_quality = 0;
  for (const std::string_view one : media) {
    const double found = quality(accept, one);
    if (found > best_quality) {
      best = one;
      best_quality = found;
    }
  }
  return best;
}

bool wants_html(std::string_view accept) {
  return accept.find("text/html") != std::string_view::npos;
}

}  // namespace tweetpulse::api
