// The opaque cursors of paged lists: a signed note of where the last page ended and which question it answered.
// Threads: CursorSigner is immutable.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"

namespace tweetpulse::api {

struct CursorNote {
  std::string route;
  std::string question;  // hash of query, filters and order
  double weight = 0;     // of the last row, where the order has one
  std::int64_t ms = 0;   // created_at of the last row
  std::string id;        // id of the last row, or the mark of another list
  bool back = false;     // towards the first page
  Time expires{};
};

enum class CursorFault { invalid, mismatch, expired };

class CursorSigner {
 public:
  explicit CursorSigner(std::string key) : key_(std::move(key)) {}  // Requires: 16 bytes or more, kept over restarts

  std::string write(const CursorNote& note) const;
  std::variant<CursorNote, CursorFault> read(std::string_view cursor, std::string_view route, std::string_view question,
                                             Time now) const;

 private:
  std::string signature(std::string_view payload) const;
  std::string key_;
};

std::string random_bytes(std::size_t count);
std::string sha256_hex(std::string_view text, std::size_t digits = 64);
std::string base64url(std::string_view bytes);

}  // namespace tweetpulse::api
