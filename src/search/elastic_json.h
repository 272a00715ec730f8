// Reading answers of the search server with simdjson, and writing request bodies piece by piece. Threads: pure; one
// parser a thread inside. Only the elastic_*.cpp include this: it is heavy.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "driver/http_client.h"

namespace tweetpulse::elastic {

// An answer as a tree. Its elements live as long as it does.
class Json {
 public:
  // timeout: cut or no JSON, so that the outcome is unknown.
  static Result<Json> parse(const HttpReply& response);
  simdjson::dom::element root() const { return root_; }

 private:
  std::unique_ptr<simdjson::dom::parser> parser_;
  simdjson::dom::element root_;
};

// Members along a path of names. What is missing or of another type is "" , 0 or nullopt: servers leave things out.
std::optional<simdjson::dom::element> member(simdjson::dom::element from, std::string_view name);
template <class... Names>
std::optional<simdjson::dom::element> member(simdjson::dom::element from, std::string_view name, Names... rest) {
  const auto found = member(from, name);
  if (!found) return found;
  return member(*found, rest...);
}
std::string_view text_of(const std::optional<simdjson::dom::element>& element);
std::int64_t integer_of(const std::optional<simdjson::dom::element>& element);
double number_of(const std::optional<simdjson::dom::element>& element);
bool is_true(const std::optional<simdjson::dom::element>& element);
// Calls each(element) for the members of an array; nothing for what is none.
template <class Each>
void for_each(const std::optional<simdjson::dom::element>& list, Each&& each) {
  if (!list || !list->is_array()) return;
  for (const auto element : simdjson::dom::array(*list)) each(element);
}

// Path segments and query values: everything but letters, digits and -._~ as %XX.
std::string percent(std::string_view text);

}  // namespace tweetpulse::elastic
