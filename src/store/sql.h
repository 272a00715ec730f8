// What the store asks of SQL: statements with values, rows, transactions; SQLite and PostgreSQL beneath.
// Threads: a SqlDatabase from any thread; a Sql belongs to the thread that runs its work.
#pragma once

#include <array>
#include <concepts>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/sql_dialect.h"
#include "store/tweet_row.h"

namespace tweetpulse {

using SqlTexts = std::span<const std::string_view>;

// One of $1, $2, ... that a statement names in this order. Texts are not copied: they live until the call returns.
// A list is $1 of `= ANY($1)` and its only value; where statements are calls, each text is one call.
struct SqlValue {
  std::variant<std::int64_t, bool, double, Time, std::string_view, SqlTexts> known;
  bool null = false;

  SqlValue(bool flag) : known(flag) {}
  SqlValue(double number) : known(number) {}
  SqlValue(Time time) : known(time) {}
  SqlValue(std::string_view text) : known(text) {}
  SqlValue(const std::string& text) : known(std::string_view(text)) {}
  SqlValue(const char* text) : known(std::string_view(text)) {}
  SqlValue(SqlTexts texts) : known(texts) {}
  SqlValue(const std::vector<std::string_view>& texts) : known(SqlTexts(texts)) {}
  template <std::integral T>
  SqlValue(T number) : known(static_cast<std::int64_t>(number)) {}
  template <class T>
  SqlValue(const std::optional<T>& value) : SqlValue(value ? SqlValue(*value) : SqlValue(T{})) {
    null = !value;
  }
};

// Valid inside the callback that gets it. Columns from 0; NULL reads as "", 0, false.
class SqlRow {
 public:
  virtual bool is_null(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual bool flag(int column) const = 0;
  virtual Time time(int column) const = 0;

  std::optional<std::string> text_or_null(int column) const {
    return is_null(column) ? std::nullopt : std::optional<std::string>(text(column));
  }
  std::optional<std::int64_t> integer_or_null(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
  std::optional<Time> time_or_null(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
  std::optional<std::int64_t> ms_or_null(int column) const {
    return is_null(column) ? std::nullopt : std::optional(to_ms(time(column)));
  }

 protected:
  ~SqlRow() = default;
};

// For a bulk insert: a post that is thought to be new, or the row that an action needs where none is.
struct NewRow {
  TweetRow row;
  const EnrichedTweet* post = nullptr;  // nullptr: of an action
  std::string_view raw;
};
using HourChanges = std::map<Dimensions, std::int64_t>;  // created_at = start of the hour

// Stops at its first failure, so that callers check once, at the end.
class Sql {
 public:
  using OnRow = std::function<void(const SqlRow&)>;
  virtual ~Sql() = default;

  // Sent; what fails is seen by the next each() or settle().
  template <class... Values>
  void run(std::string_view text, const Values&... values) {
    send(text, std::array<SqlValue, sizeof...(Values)>{SqlValue(values)...}, {});
  }
  // The same with a callback that runs now or at the next each() or settle().
  template <class... Values>
  void ask(std::string_view text, OnRow on_row, const Values&... values) {
    send(text, std::array<SqlValue, sizeof...(Values)>{SqlValue(values)...}, std::move(on_row));
  }
  // Calls `on_row` for each row before it returns.
  template <class OnEach, class... Values>
  void each(std::string_view text, OnEach&& on_row, const Values&... values) {
    ask(text, std::ref(on_row), values...);
    settle();
  }
  virtual void send(std::string_view text, std::span<const SqlValue> values, OnRow on_row) = 0;
  virtual void settle() = 0;

  // What each database has a faster way for. Rows in the order of their ids; one flag a row: it was not there.
  virtual std::vector<bool> insert_new(std::span<const NewRow> rows) = 0;
  virtual void add_hours(const HourChanges& changes) = 0;
  virtual void count_change(std::string_view writer) = 0;

  virtual const SqlDialect& dialect() const = 0;

  void fail(ErrorCode code, std::string_view what) {
    if (!error_) error_ = failure(code, what);
  }
  Result<> outcome() const {
    if (error_) return *error_;
    return {};
  }
  bool failed() const { return error_.has_value(); }

 protected:
  virtual Error failure(ErrorCode code, std::string_view what) const = 0;  // names the server or file
  std::optional<Error> error_;
};

class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  // `work` takes Sql& and its answer is given when nothing failed.
  template <class Work>
  auto write(Work&& work) {  // one transaction, durable on return
    return answer_of(Scope::transaction, std::forward<Work>(work));
  }
  template <class Work>
  auto snapshot(Work&& work) {  // several statements that see the same moment
    return answer_of(Scope::snapshot, std::forward<Work>(work));
  }
  template <class Work>
  auto read(Work&& work) {  // each statement sees its own moment
    return answer_of(Scope::statements, std::forward<Work>(work));
  }

 protected:
  enum class Scope { statements, snapshot, transaction };
  virtual Result<> within(Scope scope, const std::function<void(Sql&)>& work) = 0;

 private:
  template <class Work>
  auto answer_of(Scope scope, Work&& work) -> Result<decltype(work(std::declval<Sql&>()))> {
    using Answer = decltype(work(std::declval<Sql&>()));
    if constexpr (std::is_void_v<Answer>) {
      return within(scope, std::ref(work));
    } else {
      Answer answer{};
      const auto done = within(scope, [&](Sql& sql) { answer = work(sql); });
      if (!done) return done.error();
      return answer;
    }
  }
};

}  // namespace tweetpulse
