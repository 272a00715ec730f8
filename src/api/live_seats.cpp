#include "api/live_seats.h"

namespace tweetpulse::api {

LiveSeats::Seat LiveSeats::take(const std::string& address) {
  const std::lock_guard lock(count_->mutex);
  if (count_->all >= in_all_) return {nullptr, Full::server};
  std::size_t& here = count_->by_address[address];
  if (by_address_ != 0 && here >= by_address_) return {nullptr, Full::address};
  ++count_->all;
  ++here;
  const auto give_back = [count = count_, address](void*) {
    const std::lock_guard again(count->mutex);
    --count->all;
    if (--count->by_address[address] == 0) count->by_address.erase(address);
  };
  return {std::shared_ptr<void>(count_.get(), give_back), Full::no};
}

}  // namespace tweetpulse::api
