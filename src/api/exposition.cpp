#include "api/exposition.h"

#include "api/parameters.h"

namespace tweetpulse::api {
namespace {

std::string_view name_of(std::string_view line) {
  return line.substr(0, line.find_first_of("{ "));
}

}  // namespace

std::string in_reading_order(std::string_view page) {
  std::string out, count, sum;
  out.reserve(page.size());
  std::string_view histogram;
  const auto flush = [&] {
    out += sum;
    out += count;
    sum.clear();
    count.clear();
  };
  while (!page.empty()) {
    const std::size_t length = page.find('\n') == std::string_view::npos ? page.size() : page.find('\n') + 1;
    const std::string_view line = page.substr(0, length), name = name_of(line);
    page.remove_prefix(length);
    if (line.starts_with("# TYPE ")) {
      flush();
      const auto words = split(line.substr(0, line.find('\n')), ' ');
      histogram = words.size() > 3 && words[3] == "histogram" ? words[2] : "";
    }
    const bool part = !histogram.empty() && name.starts_with(histogram);
    const std::string_view suffix = part ? name.substr(histogram.size()) : "";
    if (suffix == "_count") {
      flush();
      count = line;
    } else if (suffix == "_sum") {
      sum = line;
    } else {
      if (suffix != "_bucket") flush();
      out += line;
    }
  }
  flush();
  return out;
}

}  // namespace tweetpulse::api
