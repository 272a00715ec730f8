// Local time of an IANA zone: what a clock on the wall shows, as time without zone. Threads: one object a thread.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace tweetpulse {

using LocalTime = std::chrono::local_time<milliseconds>;

class Zone {
 public:
  // Requires: is_zone(name).
  explicit Zone(std::string_view name);
  ~Zone();
  LocalTime local(Time time) const;
  // A local time that occurs twice is the earlier one; one that does not exist moves forward by the length of the gap.
  Time utc(LocalTime local) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

// The Monday of the week.
inline std::chrono::local_days week_start(std::chrono::local_days day) {
  const std::chrono::weekday monday = std::chrono::Monday;
  return day - (std::chrono::weekday(day) - monday);
}

// Years 1 to 9999.
inline bool in_calendar(Time time) {
  return to_ms(time) >= -62135596800000 && to_ms(time) <= 253402300799999;
}

Error unknown_zone(std::string_view name);

}  // namespace tweetpulse
