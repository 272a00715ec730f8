// Counts values by their folded form and remembers how each was spelt. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search/search_index.h"

namespace tweetpulse {

class ValueTable {
 public:
  using Group = std::uint32_t;

  // The group of the spelling's folded form, new when it is the first of it. Counts the spelling, not the group.
  Group add(std::string_view spelling);
  std::optional<Group> find(std::string_view spelling) const;  // of a spelling that was added
  void count(Group group) { ++counts_[group]; }

  std::size_t distinct() const { return counts_.size(); }
  std::int64_t count_of(Group group) const { return counts_[group]; }
  std::int64_t total() const;
  // By count, ties by folded form; at most `size`.
  std::vector<Group> ranking(std::size_t size) const;
  // The most frequent spelling of each of these groups, ties by spelling.
  std::vector<std::string> names(const std::vector<Group>& groups) const;
  std::vector<ValueCount> best(std::size_t size) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class Value>
  using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
  struct Spelling {
    Group group;
    std::int64_t count;
  };

  Map<Spelling> spellings_;
  Map<Group> groups_;
  std::vector<std::int64_t> counts_;
  std::vector<const std::string*> folded_;  // keys of groups_
};

}  // namespace tweetpulse
