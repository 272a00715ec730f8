#include "driver/redis_commands.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tweetpulse {
namespace {

constexpr std::string_view kMulti = "*1\r\n$5\r\nMULTI\r\n", kExec = "*1\r\n$4\r\nEXEC\r\n";

void append_count(std::string& out, char mark, std::size_t count) {
  std::array<char, 24> digits;
  auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), count).ptr;
  out += mark;
  out.append(digits.data(), end);
  out += "\r\n";
}

}  // namespace

RedisCommands::RedisCommands(std::span<const std::vector<std::string>> commands) {
  for (const auto& command : commands) add(command);
}

void RedisCommands::begin(std::size_t arguments) {
  begins_.push_back(bytes_.size());
  append_count(bytes_, '*', arguments);
}

void RedisCommands::argument(std::string_view text) {
  append_count(bytes_, '$', text.size());
  bytes_ += text;
  bytes_ += "\r\n";
}

void RedisCommands::add(std::initializer_list<std::string_view> command) {
  begin(command.size());
  for (const auto text : command) argument(text);
}

void RedisCommands::add(std::span<const std::string> command) {
  begin(command.size());
  for (const auto& text : command) argument(text);
}

std::string_view RedisCommands::command(std::size_t n) const {
  const auto end = n + 1 < begins_.size() ? begins_[n + 1] : bytes_.size();
  return std::string_view(bytes_).substr(begins_[n], end - begins_[n]);
}

std::size_t RedisCommands::end_of_unit(std::size_t n) const {
  if (command(n) != kMulti) return n + 1;
  auto end = n + 1;
  while (end < size() && command(end) != kExec) ++end;
  return std::min(end + 1, size());
}

RedisCommands RedisCommands::part(std::size_t first, std::size_t last) const {
  RedisCommands some;
  for (auto n = first; n < last; ++n) {
    some.begins_.push_back(some.bytes_.size());
    some.bytes_ += command(n);
  }
  return some;
}

void RedisCommands::append(const RedisCommands& more) {
  for (const auto begin : more.begins_) begins_.push_back(bytes_.size() + begin);
  bytes_ += more.bytes_;
}

}  // namespace tweetpulse
