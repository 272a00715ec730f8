// Random draws of the simulator: the same seed, number and purpose give the same sequence on every machine.
// Threads: a Dice belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tweetpulse {

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t number, std::uint64_t purpose)
      : state_(mixed(seed + 0x9e3779b97f4a7c15u * mixed(number + 0x632be59bd9b4e019u * (purpose + 1)))) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    return mixed(state_);
  }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
  bool chance(double share) { return unit() < share; }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }  // Requires: bound > 0
  // [least, most]
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  template <class T>
  const T& pick(std::span<const T> list) {
    return list[static_cast<std::size_t>(below(list.size()))];
  }

 private:
  static std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
  }
  std::uint64_t state_;
};

}  // namespace tweetpulse
