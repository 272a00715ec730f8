// Writes JSON, member by member; knows where commas go. Threads: plain values.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tweetpulse::api {

class Json {
 public:
  Json& open() { return begin('{'); }
  Json& close() { return end('}'); }
  Json& open_list() { return begin('['); }
  Json& close_list() { return end(']'); }
  Json& key(std::string_view name);
  Json& text(std::string_view value);          // bytes that are no UTF-8 become U+FFFD
  Json& text_or_null(std::string_view value);  // "" = null
  Json& number(std::int64_t value);
  Json& real(double value, int decimals = 4);
  Json& boolean(bool value);
  Json& null();
  Json& time(Time value);
  Json& time(const std::optional<Time>& value);
  Json& raw(std::string_view json);  // Requires: one JSON value

  template <std::integral T>
  Json& member(std::string_view name, T value) {
    key(name);
    if constexpr (std::same_as<T, bool>) {
      return boolean(value);
    } else {
      return number(static_cast<std::int64_t>(value));
    }
  }
  Json& member(std::string_view name, std::string_view value) { return key(name).text(value); }
  Json& member(std::string_view name, const char* value) { return key(name).text(value); }
  Json& member(std::string_view name, Time value) { return key(name).time(value); }
  Json& member(std::string_view name, const std::optional<Time>& value) { return key(name).time(value); }

  std::string& str() { return out_; }
  std::string take() { return std::move(out_); }

 private:
  Json& begin(char bracket);
  Json& end(char bracket);
  void comma();

  std::string out_;
  bool fresh_ = true;  // no comma before the next value
};

// Valid UTF-8, whatever came.
std::string as_utf8(std::string_view bytes);
// Indented by two spaces. Requires: valid JSON.
std::string pretty(std::string_view json);

}  // namespace tweetpulse::api
