#include "store/json_scrub.h"

#include <algorithm>
#include <utility>

namespace tweetpulse {
namespace {

class Scrub {
 public:
  Scrub(std::string_view json, std::span<const std::string_view> names) : json_(json), names_(names) {}

  std::string run() {
    const bool good = value(0) && (space(), at_ == json_.size());
    return good ? std::move(out_) : std::string();
  }

 private:
  static constexpr int kDeepest = 1000;

  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  void take() { out_ += json_[at_++]; }
  void space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') take();
  }
  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  bool string() {
    if (peek() != '"') return false;
    take();
    while (at_ < json_.size() && peek() != '"') {
      if (peek() == '\\') take();
      if (at_ < json_.size()) take();
    }
    if (at_ == json_.size()) return false;
    take();
    return true;
  }
  bool word() {
    const auto begin = at_;
    while (at_ < json_.size() && std::string_view(" \t\r\n,]}:\"[{").find(peek()) == std::string_view::npos) take();
    return at_ > begin;
  }
  bool value(int depth) {
    space();
    if (depth > kDeepest) return false;
    if (peek() == '{') return list('}', depth);
    if (peek() == '[') return list(']', depth);
    return peek() == '"' ? string() : word();
  }
  bool list(char end, int depth) {
    take();
    skip_space();
    bool any = false;
    for (bool first = true; !(first && peek() == end); first = false) {
      const auto begin = out_.size();
      bool dropped = false;
      if (!(end == '}' ? member(depth, dropped) : value(depth + 1))) return false;
      if (dropped) {
        out_.resize(begin);
      } else if (std::exchange(any, true)) {
        out_.insert(begin, 1, ',');
      }
      skip_space();
      if (peek() == end) break;
      if (peek() != ',') return false;
      ++at_;
    }
    take();
    return true;
  }
  bool member(int depth, bool& dropped) {
    space();
    const auto begin = at_;
    if (!string()) return false;
    const auto name = json_.substr(begin + 1, at_ - begin - 2);
    dropped = std::find(names_.begin(), names_.end(), name) != names_.end();
    space();
    if (peek() != ':') return false;
    take();
    return value(depth + 1);
  }

  std::string_view json_;
  std::span<const std::string_view> names_;
  std::string out_;
  std::size_t at_ = 0;
};

}  // namespace

std::string without_members(std::string_view json, std::span<const std::string_view> names) {
  return Scrub(json, names).run();
}

}  // namespace tweetpulse
