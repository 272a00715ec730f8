// The one way a call reports an expected failure: a value or an Error that says what the caller can do about it.
// Threads: plain values.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tweetpulse {

enum class ErrorCode {
  unavailable,  // the other side is away or has no room: the same call may succeed later
  timeout,      // no answer in time; the outcome is unknown, so repeat only what may be repeated
  rejected,     // this input will never be taken
  not_found,    // there is no such thing
  corrupt,      // stored bytes are damaged; somebody must look
};

constexpr std::string_view name_of(ErrorCode code) {
  constexpr std::string_view names[] = {"unavailable", "timeout", "rejected", "not_found", "corrupt"};
  return names[static_cast<std::size_t>(code)];
}

struct Error {
  ErrorCode code = ErrorCode::unavailable;
  std::string what;  // one sentence that names the address, key or file, and the remedy
  bool retryable() const { return code == ErrorCode::unavailable || code == ErrorCode::timeout; }
};

template <class T = void>
using Result = boost::system::result<T, Error>;

// Called by Result::value() on a failure that the caller promised could not happen.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.what);
}

}  // namespace tweetpulse
