#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "app/thousands.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;
constexpr int kBarWidth = 24;

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds);
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

bool on_terminal() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && std::getenv("CI") == nullptr &&
         (term == nullptr || std::string_view(term) != "dumb");
}

}  // namespace

Progress::Progress(std::string title, std::string_view style)
    : title_(std::move(title)),
      terminal_(style == "auto" && on_terminal()),
      json_(style == "json"),
      silent_(style == "none"),
      started_(steady_clock::now()) {}

std::string Progress::line(const ProgressFigures& figures) const {
  const double seconds = std::max(1e-3, std::chrono::duration<double>(steady_clock::now() - started_).count());
  const double share =
      figures.total > 0 ? std::min(1.0, static_cast<double>(figures.done) / static_cast<double>(figures.total)) : 0;
  const auto rate = static_cast<std::int64_t>(static_cast<double>(figures.items) / seconds);
  const double left = share > 0 ? seconds * (1 - share) / share : 0;
  if (json_)
    return fmt::format(
        R"({{"title":"{}","done":{},"total":{},"items":{},"refused":{},"rate_per_s":{},"left_s":{:.0f}}})", title_,
        figures.done, figures.total, figures.items, figures.refused, rate, left);
  std::string text = title_;
  if (terminal_ && figures.total > 0) {
    const auto full = static_cast<std::size_t>(share * kBarWidth);
    text += " [" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "]";
  }
  if (figures.total > 0) text += fmt::format(" {:.0f} %", share * 100);
  text += fmt::format("  {} tweets  {}/s", thousands(figures.items), thousands(rate));
  if (figures.total > 0) text += fmt::format("  {} left", clock_text(left));
  text += fmt::format("  {} refused", thousands(figures.refused));
  return text;
}

void Progress::write(const std::string& text, bool last) {
  std::string out = terminal_ ? "\r" + text + "\033[K" : text + "\n";
  if (terminal_ && last) out += '\n';
  (void)!::write(STDERR_FILENO, out.data(), out.size());
}

void Progress::show(const ProgressFigures& figures) {
  const auto every = terminal_ ? std::chrono::milliseconds(250) : std::chrono::milliseconds(10'000);
  const auto moment = steady_clock::now();
  if (silent_ || moment - std::max(shown_, started_) < every) return;
  shown_ = moment;
  write(line(figures), false);
}

void Progress::end(const ProgressFigures& figures) {
  if (!silent_) write(line(figures), true);
}

}  // namespace tweetpulse
