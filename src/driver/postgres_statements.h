// Which statements one PostgreSQL connection has prepared: their names by their text, at most kMost of them.
// Threads: belongs to one thread at a time, as its connection.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tweetpulse::postgres {

class Statements {
 public:
  // Texts built from filters vary without end, and each costs the server memory.
  static constexpr std::size_t kMost = 256;

  struct Use {
    std::string name;
    bool fresh;  // still to be prepared
  };
  // The text is the last used now. Makes room first when there is none: the least recently used are dropped.
  Use use(const std::string& text);
  // It was not prepared after all.
  void forget(const std::string& text);
  // The server has forgotten all; no name is given twice.
  void clear();
  // Names that the server still holds and nobody uses; they are the caller's to deallocate.
  std::vector<std::string> take_dropped() { return std::exchange(dropped_, {}); }

 private:
  struct Kept {
    std::string text, name;
  };
  std::list<Kept> kept_;  // the last used first
  std::unordered_map<std::string_view, std::list<Kept>::iterator> by_text_;
  std::vector<std::string> dropped_;
  int names_ = 0;
};

}  // namespace tweetpulse::postgres
