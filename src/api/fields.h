// The parameter `fields`: which members of a tweet an answer keeps. Threads: plain values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tweetpulse::api {

std::span<const std::string_view> field_names();
bool is_field(std::string_view dotted);

class Fields {
 public:
  Fields() = default;  // every member
  explicit Fields(std::span<const std::string> dotted);

  bool all() const { return members_.empty(); }
  // Appends the object with the chosen members only, in the order asked for. Requires: a well-formed JSON object.
  void project(std::string& out, std::string_view object) const;

 private:
  void add(std::string_view dotted);
  void project_value(std::string& out, std::string_view value) const;

  std::vector<std::pair<std::string, Fields>> members_;
};

}  // namespace tweetpulse::api
