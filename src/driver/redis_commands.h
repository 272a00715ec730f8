// Redis commands in the form that goes over the wire: a pipeline is built in one buffer, without a string an argument.
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tweetpulse {

class RedisCommands {
 public:
  RedisCommands() = default;
  explicit RedisCommands(std::span<const std::vector<std::string>> commands);

  // Length-prefixed arguments: no byte of a tweet can become a command. begin() is followed by as many argument().
  void begin(std::size_t arguments);
  void argument(std::string_view text);
  void add(std::initializer_list<std::string_view> command);
  void add(std::span<const std::string> command);

  std::size_t size() const { return begins_.size(); }
  bool empty() const { return begins_.empty(); }
  std::string_view bytes() const { return bytes_; }
  // The command `n` alone, or from MULTI to EXEC: the end of what is refused for its place as a whole.
  std::size_t end_of_unit(std::size_t n) const;
  RedisCommands part(std::size_t first, std::size_t last) const;
  void append(const RedisCommands& more);

 private:
  std::string_view command(std::size_t n) const;

  std::string bytes_;
  std::vector<std::size_t> begins_;
};

}  // namespace tweetpulse
