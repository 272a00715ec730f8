// How many live connections there are, in all and by address. Threads: any.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace tweetpulse::api {

class LiveSeats {
 public:
  LiveSeats(std::size_t in_all, std::size_t by_address) : in_all_(in_all), by_address_(by_address) {}

  enum class Full { no, address, server };
  struct Seat {
    std::shared_ptr<void> held;  // given back when the last copy is gone
    Full full = Full::no;
  };
  // by_address 0 = no limit by address.
  Seat take(const std::string& address);

 private:
  struct Count {
    std::mutex mutex;
    std::size_t all = 0;
    std::map<std::string, std::size_t> by_address;
  };

  const std::size_t in_all_, by_address_;
  std::shared_ptr<Count> count_ = std::make_shared<Count>();
};

}  // namespace tweetpulse::api
