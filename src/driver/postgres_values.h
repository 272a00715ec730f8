// What goes into a statement of PostgreSQL and what comes out, all in the binary form.
// Threads: plain values.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

struct pg_result;

namespace tweetpulse::postgres {

// $1, $2, ... in the order of add(). Texts are not copied: they must live until the statement was sent.
class Parameters {
 public:
  Parameters() = default;
  template <class... Values>
  static Parameters of(const Values&... values) {
    Parameters parameters;
    (parameters.add(values), ...);
    return parameters;
  }

  void add(std::string_view text);
  void add(const char* text) { add(std::string_view(text)); }
  void add(const std::string& text) { add(std::string_view(text)); }
  void add(bool flag);
  void add(double number);
  void add(Time time);  // timestamptz
  template <std::integral T>
  void add(T number) {
    add_integer(static_cast<std::int64_t>(number));
  }
  template <class T>
  void add(const std::optional<T>& value) {
    if (value) return add(*value);
    add(T{});
    values_.back().size = -1;
  }
  void add(std::span<const std::string_view> texts);  // text[]
  void add(std::span<const std::int64_t> numbers);    // bigint[]
  void add(const std::vector<std::string>& texts);    // text[]
  void add(const std::vector<std::string_view>& texts) { add(std::span(texts)); }
  void add(const std::vector<std::int64_t>& numbers) { add(std::span(numbers)); }

  std::size_t size() const { return values_.size(); }
  void clear();

 private:
  friend class Connection;
  struct Value {
    const char* text = nullptr;  // nullptr: in bytes_ at `at`
    std::size_t at = 0;
    int size = 0;  // -1 = NULL
    unsigned type = 0;
  };
  void add_integer(std::int64_t number);
  void add_bytes(unsigned type, std::size_t begin);
  void put32(std::uint32_t number);
  void put64(std::uint64_t number);

  std::vector<Value> values_;
  std::string bytes_;
};

// One row of an answer, valid inside the callback that gets it. Columns from 0; NULL reads as "", 0, false.
class Row {
 public:
  Row(const pg_result* result, int row) : result_(result), row_(row) {}
  bool is_null(int column) const;
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;  // smallint, int, bigint
  double real(int column) const;           // float8
  bool flag(int column) const;
  Time time(int column) const;  // timestamptz

  std::optional<std::string> text_or_null(int column) const;
  std::optional<std::int64_t> integer_or_null(int column) const;
  std::optional<Time> time_or_null(int column) const;

 private:
  const pg_result* result_;
  int row_;
};

// Times that timestamptz holds.
bool fits(Time time);
// Texts that a column holds: UTF-8 without NUL.
bool fits(std::string_view text);

}  // namespace tweetpulse::postgres
